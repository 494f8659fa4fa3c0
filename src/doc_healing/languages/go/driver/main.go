// The driver checks, completes, compiles and links one program inside the jail.
//
// It reads `.doc-healing/plan.json`, type-checks with go/types against compiled archives, mends
// what fragments lack (each mend is said), and calls the compiler and the linker by themselves.
// The go command is not used: it would want a writable cache and a module, and could be talked
// into running other tools (-toolexec, cgo, generate, vet). What it finds goes to descriptor 3
// as lines of JSON.
package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

const (
	folder   = ".doc-healing"
	hookFile = folder + "/hook.go"
)

type plan struct {
	Nonce     string            `json:"nonce"`
	Mode      string            `json:"mode"` // run, build or parse
	File      string            `json:"file"`
	Others    []string          `json:"others"`
	Mends     bool              `json:"mends"`   // a fragment: unused names are tolerated, and more
	Imports   bool              `json:"imports"` // missing imports are added
	Wrapper   string            `json:"wrapper"` // the function of ours that holds the statements
	Config    string            `json:"config"`  // packagefile lines of the repository's packages
	Module    string            `json:"module"`
	Packages  map[string]string `json:"packages"` // import path -> name, of what is installed
	Names     map[string]string `json:"names"`    // name -> import path, as the document imports
	Variables []string          `json:"variables"`
	Chosen    []string          `json:"chosen"` // what the page selects from the module's own name
	Own       []int             `json:"own"`    // the rows of the file that are the snippet's, 1-based
	Watch     bool              `json:"watch"`  // values are compared with the comments on them
	Server    bool              `json:"server"` // it may listen, and is not waited for then
	Mark      bool              `json:"mark"`   // the output of the context is kept apart
	Ends      bool              `json:"ends"`   // that the end is reached is reported: a context runs too
	Standard  string            `json:"standard"`
	Tools     string            `json:"tools"`
	// Deprecated is what the installed packages call so: import path -> name or Type.Name -> why.
	Deprecated map[string]map[string]string `json:"deprecated"`
	Parts      []plan                       `json:"parts"` // of a common build: they lack what is the same for all
}

type report struct {
	Nonce   string `json:"nonce"`
	Type    string `json:"type"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Name    string `json:"name,omitempty"`
	Owner   string `json:"owner,omitempty"`
	Near    string `json:"near,omitempty"`
	Text    string `json:"text,omitempty"`
}

// driver makes one program, below `root`; in a common build there is one for each part.
type driver struct {
	plan    plan
	root    string // "" is the working directory
	path    string // the import path of a part, which stands for `main`
	archive map[string]string
	gc      types.Importer
	channel io.Writer
	errors  io.Writer
}

func main() {
	if len(os.Args) > 1 {
		tell(os.Args[1])
		return
	}
	text, err := os.ReadFile(filepath.Join(folder, "plan.json"))
	made := &driver{channel: channel(), errors: os.Stderr}
	if err == nil {
		err = json.Unmarshal(text, &made.plan)
	}
	if err == nil {
		err = made.configure()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "the driver has no plan:", err)
		os.Exit(90)
	}
	if len(made.plan.Parts) > 0 && !made.merge() || len(made.plan.Parts) == 0 && !made.build() {
		os.Exit(1)
	}
}

// channel is descriptor 3 where that is a pipe; outside of a jail it may be any file of anybody.
func channel() *os.File {
	file := os.NewFile(3, "report")
	if at, err := file.Stat(); err == nil && at.Mode()&os.ModeNamedPipe != 0 {
		return file
	}
	return nil // writing to no file is an error and nothing more
}

func (d *driver) say(one report) {
	one.Nonce = d.plan.Nonce
	if line, err := json.Marshal(one); err == nil {
		d.channel.Write(append(line, '\n'))
	}
}

// configure reads where the archive of each package is, and writes it down for the tools.
func (d *driver) configure() error {
	text, err := os.ReadFile(filepath.Join(d.plan.Standard, "importcfg"))
	if err != nil {
		return err
	}
	whole := string(text) + "\n" + d.plan.Config + "\n"
	d.archive = map[string]string{}
	for _, line := range strings.Split(whole, "\n") {
		path, file, found := strings.Cut(strings.TrimPrefix(line, "packagefile "), "=")
		if found && strings.HasPrefix(line, "packagefile ") {
			d.archive[path] = file
		}
	}
	d.gc = importer.ForCompiler(token.NewFileSet(), "gc", d.lookup)
	return os.WriteFile(filepath.Join(folder, "importcfg"), []byte(whole), 0o644)
}

func (d *driver) lookup(path string) (io.ReadCloser, error) {
	if file, ok := d.archive[path]; ok {
		return os.Open(file)
	}
	return nil, errors.New("no such package")
}

// at is where a file of the program is.
func (d *driver) at(name string) string { return filepath.Join(d.root, name) }

func (d *driver) build() bool {
	name, files, ok := d.complete()
	if !ok || d.plan.Mode == "parse" {
		return ok
	}
	return d.compile(name, files) && (d.plan.Mode != "run" || d.link(filepath.Join(folder, "program.a")))
}

// complete makes the text whole; it gives the name of the package and the files to compile.
func (d *driver) complete() (name string, files []string, ok bool) {
	one, ok := d.load()
	if !ok || d.plan.Mode == "parse" {
		return "", nil, ok
	}
	if one.importsC() {
		d.say(report{Type: "cgo"})
		return "", nil, false
	}
	if !one.mend() {
		return "", nil, false
	}
	one.deprecated()
	name = one.file.Name.Name
	harness, tested := one.harness()
	text := one.text
	if d.plan.Mode == "run" && (name == "main" || tested) {
		text = one.instrumented()
	}
	if tested {
		text = one.asMain(text)
	}
	files = append([]string{d.plan.File}, d.plan.Others...)
	made := map[string][]byte{d.plan.File: text}
	if name == "main" || tested {
		name = "main"
		made[hookFile] = []byte(one.hook(text, harness))
		files = append(files, hookFile)
	}
	for file, text := range made {
		if err := os.WriteFile(d.at(file), text, 0o644); err != nil {
			fmt.Fprintln(d.errors, err)
			return "", nil, false
		}
	}
	return name, files, true
}

var position = regexp.MustCompile(`^(\S+?\.go):(\d+)(?::(\d+))?: (.*)$`)

// compile calls the compiler; its errors become reports of code 0.
func (d *driver) compile(name string, files []string) bool {
	path := "documented/" + name
	if name == "main" {
		path = cmp.Or(d.path, "main")
	}
	arguments := []string{
		"-e", "-complete", "-p", path, "-c", "2", "-importcfg", work(folder, "importcfg"),
		"-trimpath", work(d.root) + "=>", "-o", filepath.Join(folder, "program.a"),
	}
	output, err := d.tool("compile", append(arguments, files...))
	if err == nil {
		return true
	}
	d.tell(output)
	return false
}

func (d *driver) tell(output string) {
	told := false
	for _, line := range strings.Split(output, "\n") {
		if match := position.FindStringSubmatch(line); match != nil {
			row, _ := strconv.Atoi(match[2])
			column, _ := strconv.Atoi(match[3])
			d.say(report{Type: "error", Message: match[4], File: match[1], Line: row, Column: column})
			told = true
		}
	}
	if !told {
		d.say(report{Type: "refused", Text: output})
	}
	fmt.Fprint(d.errors, output)
}

// link makes the program; further flags come first.
func (d *driver) link(archive string, flags ...string) bool {
	if flags == nil {
		flags = []string{"-s", "-importcfg", work(folder, "importcfg")}
	}
	arguments := append(flags, "-w", "-buildid=", "-o", filepath.Join(folder, "program"), archive)
	output, err := d.tool("link", arguments)
	if err != nil {
		d.say(report{Type: "refused", Text: output})
		fmt.Fprint(d.errors, output)
	}
	return err == nil
}

func (d *driver) tool(name string, arguments []string) (string, error) {
	command := exec.Command(filepath.Join(d.plan.Tools, name), arguments...)
	command.Env = []string{"GOROOT=/opt/go", "GOMAXPROCS=2", "TMPDIR=/tmp", "PATH=/usr/bin:/bin"}
	command.Dir = work(d.root)
	output, err := command.CombinedOutput()
	return string(output), err
}

// work is a path below the working directory, from the root of the file system.
func work(names ...string) string {
	path, err := os.Getwd()
	if err != nil {
		path = "/work"
	}
	return filepath.Join(append([]string{path}, names...)...)
}
