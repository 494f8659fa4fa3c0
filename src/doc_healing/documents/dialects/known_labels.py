"""Labels that mean something to some highlighter or renderer, and are not among our languages.

Pygments' aliases, Linguist's names and those that Mermaid, MyST, Documenter and their like add. A
label of this list is never a near-miss.
"""

KNOWN = frozenset(
    """
    1c-enterprise 4dos @autodocs @contents @docs @eval @example @index @meta @raw @repl @setup
    abap abap-cds abc abl abnf aconf actdiag actionscript actionscript-3 actionscript3 ada
    ada2005 ada95 adblock adl admonition adoc agda aheui ahk aidl al alacritty alloy
    alpine-abuild altium ambienttalk ambienttalk/2 amdgpu ampl androidbp angelscript ansi
    ansible ansys antlr antlr-actionscript antlr-as antlr-c# antlr-cpp antlr-csharp antlr-java
    antlr-objc antlr-perl antlr-python antlr-rb antlr-ruby antlr4 apache apacheconf apdl apex
    api api-blueprint apis apl apollo-guidance-computer applescript arc arduino arexx arrow art
    arturo as as3 asc asciidoc asl asm asn1 aspectj aspx-cs aspx-vb assembly asy asymptote at
    attr attributes audio augeas autoclass autofunction autohotkey autoit automodule avro awk
    azcli azurecli azurepowershell azurepowershell-interactive b3d ballerina bare basemake bash
    bash-inline bash-session basic bat batch bazel bbcbasic bbcode bc bdd be beef befunge berry
    bf bib bibliography bibtex bicep bikeshed bison bitbake blade blitzbasic blitzmax block
    blockdiag blueprint bluespec bmax bnf boa boo boogie bp bplus bqn brainfuck brightscript bro
    browserslist bsdmake bsl bst bst-pybtex bugs button bytefield c c# c++ c++-objdumb c-objdump
    ca65 cabal caddy caddyfile cadence cadl cairo camkes capdl capnp carbon card cards cargo
    cargo-toml cartocss caution cbmbas cddl cel ceylon cf3 cfc cfengine cfengine3 cfg cfm cfs
    chai chaiscript changelog chapel charity charmci chart chartjs cheetah chpl chuck cirru cl
    clarion clarity clay clean click clipper clips clj cljs clojure clojurescript
    closure-templates cloud-firestore cmake cobol cobolfree code codeblock codeowners codeql
    coffee coffee-script coffeescript coldfusion collada comal comal80 command commandline
    common-lisp component-pascal componentpascal conf config console contents control coq cp
    cplint cpp cpp-objdump cpsa cql cr creole crmsh croc cron crontab cry cryptol crystal cs csh
    csharp csharp-interactive cson csound csound-csd csound-document csound-orc csound-sco
    csound-score css css+django css+erb css+genshi css+genshitext css+jinja css+lasso css+mako
    css+mozpreproc css+myghty css+php css+ruby css+smarty css+ul4 css-nolint csv csv-table
    csvpreview cu cucumber cuda cue curl custom-lang cxx-objdump cyclescript cypher cython d
    d-objdump d2 dafny dag danger darcspatch dart dasm16 data dataframe dataweave dax debcontrol
    debian debian.sources debsources debug delphi deprecated desktop devicetree dg dhall diff
    diff-js diff-json diff-py diff-python diff-ts diff-yaml dircolors directory dirtree ditaa
    django djot dmesg dns-zone do docker docker-compose dockerfile dockerignore dogescript
    dosbatch doscon dosini dot dotenv dotnetcli dpatch dream-maker dropdown dsconfig dtd dts
    duby duel dust dylan dylan-console dylan-lid dylan-repl eagle earl-grey earlgrey earthfile
    earthly easybuild easytrieve ebnf ec echarts ecl eclipse ecmarkup edge edgeql editorconfig
    eg eiffel ejs elisp elixir elm elpi elvish emacs emacs-lisp email embed embedded-ruby emblem
    eml endpoint env epigraph erb erd erl erlang error esql euphoria eval-rst evoque ex example
    excalidraw excel execline exs extempore ezhil f# f90 factor fan fancy fantom faust fc felix
    fennel fif fift figma figure file files filesystem filetree fish fishshell flatline flix flo
    floscript flow flowchart fluent flux flx fnl fold forth fortran fortran-free fortranfixed
    fountain foxpro freebasic freefem freemarker fsharp fsi fsscript fstar ftl func futhark fy
    g-code gams gap gap-console gap-repl gas gawk gcc-machine-description gcode gd gdb gdscript
    gdshader gedcom gemfile gemini genero genie genshi genshitext gentoo-ebuild geojson gerber
    gettext gherkin git git-commit git-config git-rebase gitattributes gitconfig gitignore
    gitrevlist gleam glimmer-js glimmer-ts glossary glsl glyph gml gn gnuplot go-html-template
    go-mod go-sum go-template go-text-template go.mod go.sum go.work goat gohtml gohtmltmpl
    golangci golden golo gomod gomplate gooddata-cl googlesql gosu gosub gosum gotmpl gowork gox
    gql grace gradle grain grammar graph graphql graphviz gren grid groff groovy
    groovy-server-pages gsc gsed gsql gst hack haml handlebars haproxy harbour hare hash hashes
    haskell hast haxe haxeml hbs hcl help hexdump hip hiveql hjson hlsl hocon holyc hosts hs hsa
    hsail hspec html html+cheetah html+django html+erb html+evoque html+genshi html+handlebars
    html+jinja html+kid html+lasso html+mako html+myghty html+ng2 html+php html+ruby html+smarty
    html+spitfire html+twig html+ul4 html+velocity html-django html-nolint html-vue htmlbars
    htmlcheetah htmldjango http http-request http-response httpie https httpspec hurl hx hxml
    hxsl hy hybris hylang hyphy hyprlang i3 i6 i6t i7 icon idl idl4 idr idris iex iframe ignore
    igor igorpro ik image imagej-macro imba important include info inform6 inform7 ini inno
    input interactive interface io ioke ion iptables irb irc irclog isabelle isabelle-root j
    jade jags janet jar-manifest jasmin jasminxt java-bytecode java-class java-properties javacc
    javaclass javadoc javafx javap javascript+cheetah javascript+django javascript+erb
    javascript+genshi javascript+genshitext javascript+jinja javascript+lasso javascript+mako
    javascript+mozpreproc javascript+myghty javascript+php javascript+ruby javascript+smarty
    javascript+spitfire jbst jcl jelly jest jest-snapshot jinja jinja2 jison jl jlcon jldoctest
    jmespath jolie jp jproperties jq js+cheetah js+django js+erb js+genshi js+genshitext
    js+jinja js+lasso js+mako js+myghty js+php js+ruby js+smarty js+spitfire js+ul4 js-doc
    js-inline js-nolint js-sequence jscript jsdoc jsgf jslt json json-doc json-ld json-object
    json-response json-schema json-stream json-with-comments json5 jsonata jsonc jsoniq jsonl
    jsonld jsonml+bst jsonnet jsonp jsonpath jsonschema jsp jspm jspp jule julia julia-console
    julia-example julia-repl juliarepl just justfile juttle k kaitai-struct kak kal katex
    kconfig kdl kerboscript kernel-config key-values keyvalue kicad kickstart kid kitty kmsg
    koka kotlin kql ksh kt kts kuin kusto kustomize kvlang labview lagda lark lasso lassoscript
    latex latte lcry lcryptol ldapconf ldaprc ldif ldoc lean lean3 lean4 less lex lfe lhaskell
    lhs lid lidr lidris lighttpd lighty ligolang lilypond limbo link linker linux-config
    linuxconfig liquid lisp list-table literal-coffee literate-agda literate-cryptol
    literate-haskell literate-idris live-script livescript llvm llvm-mir llvm-mir-body lobas log
    logos logs logtalk lolcode lookml loomscript lox ls lsl ltspice lua luadoc luau m m2 m4
    macaulay2 macsyma make makefile makefile.am mako man manifest manpage maple maql margin
    markdown markmap marko markojs marp mask mason math mathematica matlab matlabsession maven
    mawk max maxima maxscript mcf mcfunction mcschema md mdast mdc mdx mediawiki menuconfig
    mercury mermaid meson meson.build mesonbuild metal mf microdown
    microsoft-developer-studio-project mime minid miniscript miniyaml mint mips mirah mjml mlir
    mlpy mma modelica modula-2 modula2 moin mojo monkey monte moo moocode moon moonscript mosel
    motoko move mozhashpreproc mozpercentpreproc mq4 mq5 mql mql4 mql5 ms msc mscgen mtml muf
    multiline mupad murex muse mustache mxml myghty mysql myst nanorc nasl nasm nawk nb ncl
    ndjson nearley nemerle neon neorg nesc nestedtext netlinx netlogo newlisp newspeak nextflow
    ng2 nginx nickel nim nimrod ninja nit nix nixos nl nodejsrepl nodes nodeset nomnoml norg
    note notmuch nroff nsh nsi nsis nt numba_ir numbair numpy nunjucks nushell nusmv nwdiag
    nwscript oasv2-json oasv3-yaml obj-c obj-c++ obj-j objc objc++ objcpp objdump objdump-nasm
    objective-c objective-c++ objective-j objectivec objectivec++ objectivej objectpascal objj
    ocaml octave odin omg-idl omgrofl oncrpc oobas ooc opa opal openapi openbugs opencl openedge
    openedge-abl openqasm openrc openscad openssl option-list org org-mode orgmode output
    output-json ox oxygene oz p4 package packet pacmanconf pan papyrus parasail parrot pas
    pascal patch path pawn pcmk pddl pdf pdl peg pegjs pem pep8 perl perl6 permissions pest phix
    php php-template php3 php4 php5 pic pickle picolisp pig pikchr pike pip pip-compile
    pip-requirements pkgconfig pkl pl pl6 plantuml plotly plpgsql plsql po pod pogoscript
    pointless polar pony popup portugol posh postcss postgres postgres-console postgres-explain
    postgresql postgresql-console postscr postscript pot pov pov-ray powerbuilder powershell
    powershell-interactive ppl praat prisma problem processing procfile progress prolog promela
    prompt prompts promql propeller-spin properties proto proto3 protobuf protobuf3 prql ps ps1
    ps1con psd pseudo pseudo-code pseudocode psm1 psql psysh ptx public-key pug puml puppet
    purebasic purescript purs pwsh pwsh-session py+ul4 py2 py2tb py3tb pylint pyproject pypy
    pypylog pyrex pysb pyspark pytb pytest python-config python-traceback python2 pythonwin pyx
    q qasm qbasic qbs ql qlik qlikscript qliksense qlikview qmake qml qsharp quake query quick
    quickbook qvt qvto r racket ragel ragel-c ragel-cpp ragel-d ragel-em ragel-java ragel-objc
    ragel-rb ragel-ruby railroad rakefile raku rascal raw razor rb rbcon rbs rc rconsole rd re
    react readline-config reason reasonml rebol record-jar red red/system redcode regex regexp
    region registry rego rell renpy repl request requirements requirements-txt requirements.txt
    rescript resource resourcebundle response rest restructuredtext rexx rhtml ride ring riot
    rip riscv rita rkt rmd rnc rng-compact roboconf roboconf-graph roboconf-instances robot
    robotframework robots roc rocq rocq-prover roff ron rouge rout routeros-script rpc rpm-spec
    rpmspec rql rsh rsl rspec rst rts rubric ruby runoff rust-analyzer rust-repl rustc rustdoc
    rustfmt rustup s sage salt saltstack sample sarif sarl sas sass savi sbatch sc scala
    scala-cli scaml scd scdoc schema scheme scilab scm scss sdl search sed seealso self sentence
    seq seqdiag sequence service session sfv sgf sh shaderlab shell shell-session shen shex
    shexc sidebar sieve signature silver silverstripe singularity slash slice slim slint sls
    slurm smali smalltalk smarty smiles smithy sml smt smtlib snakemake snap snbt snippet
    snippets snobol snort snowball sobas solidity soong sophia sourcepawn sources.list
    sourceslist sp sparql spec specfile spectra spice spicelang spitfire spl splunk splus sqf
    sql sql+jinja sqlite sqlite3 squeak squid squid.conf squidconf squirrel srcinfo srecode ssed
    ssh ssh-config ssl ssp st stan standard-ml star star-history starlark starship stata stl
    stlite ston story stringtemplate structure structurizr sty styled stylus subrip sugarss
    supercollider sv svelte svg svgbob svx sway swift swig sxhkd sxhkdrc syntax systemd
    systemverilog t-sql tab-set table tablegen tabs tact tads3 tal tap tape target taskfile tasm
    tcl tcsh tcshcon td tea teal templ template tera teraterm teratermmacro termcap terminfo
    terraform terraform-vars test tests tex texinfo text text-only text-output textgrid textile
    tf tfvars thingsdb thrift ti tid tikz tilt timeline tip tla tlb tls tmux tnt toc toctree
    todo todotxt toit toml toon topic topojson topology trac-wiki trace trafficscript transcript
    tree tree-view treetop treeview triton tsconfig tsd tspec tsql tsv tsx-html ttl turing
    turtle twig txl type-language typespec typograms typoscript typoscriptcssdata
    typoscripthtmldata typst ucode udiff ul4 uml unicon unified-parallel-c unison unity3d-asset
    unix unixconfig uno urbiscript uri url urlencoded urls usage usd usda user utf8 uxntal v
    vala value values vapi vb vb.net vba vbnet vbs vbscript vcl vclsnippet vclsnippets
    vctreestatus vega vega-lite velocity verifpal verilog versionadded vfp vgl vhdl video vim
    vim-snippet vimdoc viml visual-basic visualbasic visualprolog visualprologgrammar vlang
    vlconf volt vtt vue vue-html vyper warning wasm wast wat wavedrom wdiff wdl
    web-ontology-language webidl webvtt wget wgsl whiley wiki wikitext win32-messages winbatch
    winbugs wit witcher-script wl wolfram wollok workflow wowtoc wren x++ x10 x86asm xbase xc
    xcompose xdr xhtml xml xml+cheetah xml+django xml+erb xml+evoque xml+genshi xml+jinja
    xml+kid xml+lasso xml+mako xml+myghty xml+php xml+ruby xml+smarty xml+spitfire xml+ul4
    xml+velocity xojo xonsh xorg.conf xpages xpath xpm xpp xproc xq xql xqm xquery xqy xs xslt
    xten xtend xul+mozpreproc yacc yaml yaml+erb yaml+jinja yaml-frontmatter yang yar yara
    yasnippet yml z80 zap zed zeek zenscript zephir zeroone zetasql zig zil zimpl zone zsh zshrc
    zuo 🔥
    """.split()
)
