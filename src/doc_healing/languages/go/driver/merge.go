package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

const firstFile = folder + "/first.go"

// A common build makes many programs of one link: each part is a package of its own, still named
// `main`, and whoever runs the program writes into its bytes which of them it is. What the other
// parts alone import, and the parts themselves, would be initialised with it; their tasks are
// marked as done in the same bytes, so that nothing of another part ever runs or is registered.

// part is one program of a common build.
type part struct {
	*driver
	told  bytes.Buffer
	files []string
	runs  bool
	ok    bool
}

// summary is the line before the program's bytes.
type summary struct {
	Which int64             `json:"which"` // the offset of the number that chooses a part
	Order string            `json:"order"` // big or little, of its four bytes
	Size  int               `json:"size"`
	Done  []int64           `json:"done"` // the offsets of all tasks of initialisation
	Parts map[string]merged `json:"parts"`
}

// merged is a part that was made: what the driver has to say of it, and the tasks that it needs,
// as indices of `Done`; nil where it is not to be run.
type merged struct {
	Told  string `json:"told"`
	Runs  bool   `json:"runs"`
	Needs []int  `json:"needs"`
}

// merge compiles what can be compiled, links it once, and writes it to the report channel. A part
// with a fault is left out: it is told of when it is built alone.
func (d *driver) merge() bool {
	parts := d.compiled()
	made := summary{Parts: map[string]merged{}}
	running := map[string]*part{}
	for at, one := range parts {
		if one.ok && one.runs {
			running[strconv.Itoa(at)] = one
		} else if one.ok {
			made.Parts[strconv.Itoa(at)] = merged{Told: one.told.String()}
		}
	}
	var program []byte
	if len(running) > 0 {
		if !d.linkAll(running) {
			return false
		}
		linked, err := d.placed(running, &made)
		if err != nil {
			d.say(report{Type: "refused", Text: err.Error()})
			return false
		}
		program = linked
	}
	made.Size = len(program)
	header, err := json.Marshal(made)
	if err == nil {
		_, err = d.channel.Write(append(append(header, '\n'), program...))
	}
	return err == nil
}

// compiled completes the parts one after the other, for they share what is imported, and compiles
// two of them at a time meanwhile.
func (d *driver) compiled() []*part {
	var waiting sync.WaitGroup
	slots := make(chan bool, 2)
	parts := make([]*part, len(d.plan.Parts))
	for at := range parts {
		one := d.part(at)
		parts[at] = one
		name, ready := one.prepare()
		if !ready || d.plan.Parts[at].Mode == "parse" {
			one.ok = ready
			continue
		}
		slots <- true
		waiting.Add(1)
		go func() {
			defer waiting.Done()
			one.ok = one.compile(name, one.files)
			<-slots
		}()
	}
	waiting.Wait()
	return parts
}

func (d *driver) part(at int) *part {
	own := d.plan.Parts[at]
	own.Standard, own.Tools, own.Packages = d.plan.Standard, d.plan.Tools, d.plan.Packages
	one := &part{}
	one.driver = &driver{
		plan: own, root: fmt.Sprintf("p%d", at), path: fmt.Sprintf("dh%dx%s", at, own.Nonce),
		archive: d.archive, gc: d.gc, channel: &one.told, errors: io.Discard,
	}
	return one
}

// prepare completes a part. A bug of ours or of go/types costs this part alone.
func (p *part) prepare() (name string, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	name, p.files, ok = p.complete()
	p.runs = p.plan.Mode == "run"
	if !ok || !p.runs {
		return name, ok
	}
	if name != "main" {
		return name, false
	}
	p.files = append([]string{firstFile}, p.files...)
	return name, os.WriteFile(p.at(firstFile), []byte(p.first()), 0o644) == nil
}

// first is the first file of a part's package, so that what the driver has to say is told before
// any of its variables has its value. What is cut short by a signal is no report, and not believed.
func (p *part) first() string {
	begun, _ := json.Marshal(report{Nonce: p.plan.Nonce, Type: "part"})
	told := strconv.Quote(p.told.String() + string(begun) + "\n")
	return "package main\n\nimport dhsyscall \"syscall\"\n\n" +
		"var dhBegun, _ = dhsyscall.Write(3, []byte(" + told + "))\n"
}

// linkAll makes one program of all parts, with a main that calls the one which is chosen.
func (d *driver) linkAll(parts map[string]*part) bool {
	config, err := os.ReadFile(filepath.Join(folder, "importcfg"))
	if err != nil {
		return false
	}
	imports, cases := "", ""
	for at, one := range parts {
		config = fmt.Appendf(config, "packagefile %s=%s\n", one.path, work(one.root, folder, "program.a"))
		imports += fmt.Sprintf("import dh%s %q\n", at, one.path)
		cases += fmt.Sprintf("\tcase %s:\n\t\tdh%s.DhMain()\n", at, at)
	}
	text := "package main\n\n" + imports + strings.Replace(chooseText, "CASES", cases, 1)
	file, all := filepath.Join(folder, "choose.go"), filepath.Join(folder, "importcfg")
	for name, text := range map[string][]byte{file: []byte(text), all: config} {
		if err := os.WriteFile(name, text, 0o644); err != nil {
			return false
		}
	}
	if !d.compile("main", []string{file}) {
		return false
	}
	return d.link(filepath.Join(folder, "program.a"), "-importcfg", all)
}

// tell runs in a build step: it says again what a common build had to say of a part.
func tell(file string) {
	if text, err := os.ReadFile(file); err == nil {
		channel().Write(text)
	}
}

const chooseText = `
var which int32 = -1

func main() {
	switch which {
CASES	}
}
`
