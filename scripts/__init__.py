"""What the Makefile calls. Nothing of it is part of the product."""
