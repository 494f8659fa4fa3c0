"""JavaScript: scripts, ES modules and CommonJS, Node's own prompt, and fragments, on Node.js."""
