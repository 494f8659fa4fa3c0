// The driver checks, completes, compiles and links one program inside the jail.
//
// It reads `.doc-healing/plan.json`, type-checks with go/types against compiled archives, mends
// what fragments lack (each mend is said), and calls the compiler and the linker by themselves.
// The go command is not used: it would want a writable cache and a module, and could be talked
// into running other tools (-toolexec, cgo, generate, vet). What it finds goes to descriptor 3
// as lines of JSON.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

const folder = ".doc-healing"

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
	Standard  string            `json:"standard"`
	Tools     string            `json:"tools"`
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

type driver struct {
	plan    plan
	archive map[string]string
	channel *os.File
}

func main() {
	text, err := os.ReadFile(filepath.Join(folder, "plan.json"))
	made := &driver{channel: channel()}
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
	if !made.build() {
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
	return os.WriteFile(filepath.Join(folder, "importcfg"), []byte(whole), 0o644)
}

func (d *driver) build() bool {
	one, ok := d.load()
	if !ok || d.plan.Mode == "parse" {
		return ok
	}
	if one.importsC() {
		d.say(report{Type: "cgo"})
		return false
	}
	if !one.mend() {
		return false
	}
	name := one.file.Name.Name
	harness, tested := one.harness()
	files := []string{d.plan.File}
	text := one.text
	if d.plan.Mode == "run" && (name == "main" || tested) {
		text = one.instrumented()
	}
	if tested {
		text = one.asMain(text)
	}
	if err := os.WriteFile(d.plan.File, text, 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return false
	}
	files = append(files, d.plan.Others...)
	runs := name == "main" || tested
	if runs {
		hook := filepath.Join(folder, "hook.go")
		if err := os.WriteFile(hook, []byte(one.hook(harness)), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return false
		}
		files = append(files, hook)
		name = "main"
	}
	if !d.compile(name, files) {
		return false
	}
	return d.plan.Mode != "run" || d.link()
}

var position = regexp.MustCompile(`^(\S+?\.go):(\d+)(?::(\d+))?: (.*)$`)

// compile calls the compiler; its errors become reports of code 0.
func (d *driver) compile(name string, files []string) bool {
	path := name
	if name != "main" {
		path = "documented/" + name
	}
	arguments := []string{
		"-e", "-complete", "-p", path, "-c", "2", "-importcfg", filepath.Join(folder, "importcfg"),
		"-trimpath", work() + "=>", "-o", filepath.Join(folder, "program.a"),
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
	fmt.Fprint(os.Stderr, output)
}

func (d *driver) link() bool {
	output, err := d.tool("link", []string{
		"-s", "-w", "-buildid=", "-importcfg", filepath.Join(folder, "importcfg"),
		"-o", filepath.Join(folder, "program"), filepath.Join(folder, "program.a"),
	})
	if err != nil {
		d.say(report{Type: "refused", Text: output})
		fmt.Fprint(os.Stderr, output)
	}
	return err == nil
}

func (d *driver) tool(name string, arguments []string) (string, error) {
	command := exec.Command(filepath.Join(d.plan.Tools, name), arguments...)
	command.Env = []string{"GOROOT=/opt/go", "GOMAXPROCS=2", "TMPDIR=/tmp", "PATH=/usr/bin:/bin"}
	output, err := command.CombinedOutput()
	return string(output), err
}

func work() string {
	if path, err := os.Getwd(); err == nil {
		return path
	}
	return "/work"
}
