package main

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

const task = "..inittask"

// placed reads the linked program: where the number is that chooses a part, and where each task of
// initialisation is, with those that each part needs. It gives the program without its symbols.
func (d *driver) placed(parts map[string]*part, made *summary) ([]byte, error) {
	program, err := os.ReadFile(filepath.Join(folder, "program"))
	if err != nil {
		return nil, err
	}
	image, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		return nil, err
	}
	made.Order = "little"
	if image.ByteOrder == binary.BigEndian {
		made.Order = "big"
	}
	tasks, err := found(image, program, made)
	if err != nil {
		return nil, err
	}
	known := imports{d.archive, map[string][]string{}}
	wanted := make([]bool, len(made.Done))
	for at, one := range parts {
		needs, err := needed(known, one, tasks)
		if err != nil {
			return nil, err
		}
		made.Parts[at] = merged{Runs: true, Needs: needs}
		for _, index := range needs {
			wanted[index] = true
		}
	}
	for owner, index := range tasks {
		if !wanted[index] && owner != "main" {
			return nil, errors.New("nobody imports what would be initialised: " + owner)
		}
	}
	return stripped(image, program), nil
}

// found are the tasks by the package that each belongs to, as indices of `Done`. A task is
// runtime.initTask: a state, 0 before it runs and 2 after, and the number of its functions.
func found(image *elf.File, program []byte, made *summary) (map[string]int, error) {
	symbols, err := image.Symbols()
	if err != nil {
		return nil, err
	}
	tasks := map[string]int{}
	for _, one := range symbols {
		owner, isTask := strings.CutSuffix(one.Name, task)
		if !isTask && one.Name != "main.which" {
			continue
		}
		if int(one.Section) >= len(image.Sections) {
			return nil, errors.New("a symbol without a section: " + one.Name)
		}
		section := image.Sections[one.Section]
		at := int64(one.Value - section.Addr + section.Offset)
		if section.Type == elf.SHT_NOBITS || at < 0 || at+8 > int64(len(program)) {
			return nil, errors.New("a symbol without its bytes: " + one.Name)
		}
		state := image.ByteOrder.Uint32(program[at:])
		if !isTask {
			made.Which = at
			if state != 0xffffffff {
				return nil, errors.New("the choice is not where its symbol says")
			}
			continue
		}
		count := image.ByteOrder.Uint32(program[at+4:])
		if state != 0 || count == 0 || one.Size != 8+8*uint64(count) {
			return nil, errors.New("tasks of initialisation look different in this Go: " + owner)
		}
		tasks[owner] = len(made.Done)
		made.Done = append(made.Done, at)
	}
	if made.Which == 0 {
		return nil, errors.New("the choice has no symbol")
	}
	return tasks, nil
}

// needed are the tasks of a part and of all that it imports, and of what imports them.
func needed(known imports, one *part, tasks map[string]int) ([]int, error) {
	reached := map[string]bool{"runtime": true}
	waiting := []string{"runtime"}
	own, err := autolib(work(one.root, folder, "program.a"))
	if err != nil {
		return nil, err
	}
	for next := own; len(next) > 0 || len(waiting) > 0; {
		for _, path := range next {
			if !reached[path] {
				reached[path] = true
				waiting = append(waiting, path)
			}
		}
		next = nil
		if len(waiting) > 0 {
			path := waiting[len(waiting)-1]
			waiting = waiting[:len(waiting)-1]
			if next, err = known.of(path); err != nil {
				return nil, err
			}
		}
	}
	needs := []int{}
	reached[one.path] = true
	for path := range reached {
		for _, name := range []string{path, prefix(path)} {
			if index, ok := tasks[name]; ok {
				needs = append(needs, index)
				break
			}
		}
	}
	return needs, nil
}

// imports are what each compiled package imports.
type imports struct {
	archive map[string]string
	known   map[string][]string
}

func (i imports) of(path string) ([]string, error) {
	if found, ok := i.known[path]; ok || path == "unsafe" {
		return found, nil
	}
	found, err := autolib(i.archive[path])
	i.known[path] = found
	return found, err
}

// autolib gives the import paths of a compiled package: the block Autolib of its object, as
// https://pkg.go.dev/cmd/internal/goobj has it since Go 1.20.
func autolib(archive string) ([]string, error) {
	file, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	start, err := object(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", archive, err)
	}
	head := make([]byte, 8+8+4+8)
	if _, err := file.ReadAt(head, start); err != nil || string(head[:8]) != "\x00go120ld" {
		return nil, fmt.Errorf("%s: an object of another form", archive)
	}
	order := binary.LittleEndian
	from, to := int64(order.Uint32(head[20:])), int64(order.Uint32(head[24:]))
	if to < from || to-from > 1<<20 {
		return nil, fmt.Errorf("%s: an object of another form", archive)
	}
	block := make([]byte, to-from)
	if _, err := file.ReadAt(block, start+from); err != nil {
		return nil, err
	}
	var paths []string
	for ; len(block) >= 16; block = block[16:] {
		text := make([]byte, min(order.Uint32(block), 4096))
		if _, err := file.ReadAt(text, start+int64(order.Uint32(block[4:]))); err != nil {
			return nil, err
		}
		paths = append(paths, string(text))
	}
	return paths, nil
}

// object is the offset of the compiler's object in an archive, behind its lines of text.
func object(file *os.File) (int64, error) {
	at := int64(8) // behind "!<arch>\n"
	for {
		head := make([]byte, 60)
		if _, err := file.ReadAt(head, at); err != nil {
			return 0, errors.New("no object in the archive")
		}
		at += 60
		size := int64(0)
		fmt.Sscanf(string(head[48:58]), "%d", &size)
		if strings.HasPrefix(string(head), "_go_.o") {
			text := make([]byte, min(size, 4096))
			if _, err := file.ReadAt(text, at); err != nil && err != io.EOF {
				return 0, err
			}
			end := bytes.Index(text, []byte("\n!\n"))
			if end < 0 {
				return 0, errors.New("no object in the archive")
			}
			return at + int64(end) + 3, nil
		}
		at += size + size%2
	}
}

// prefix is how symbols spell a path: cmd/internal/objabi.PathToPrefix.
func prefix(path string) string {
	slash := strings.LastIndexByte(path, '/')
	made := ""
	for at := range len(path) {
		letter := path[at]
		if letter <= ' ' || at > slash && letter == '.' || letter == '%' || letter == '"' || letter >= 0x7F {
			made += fmt.Sprintf("%%%02x", letter)
		} else {
			made += string(letter)
		}
	}
	return made
}

// stripped is the program up to the end of what is loaded, and without a table of sections.
func stripped(image *elf.File, program []byte) []byte {
	end := uint64(0)
	for _, one := range image.Progs {
		if one.Type == elf.PT_LOAD {
			end = max(end, one.Off+one.Filesz)
		}
	}
	if image.Class != elf.ELFCLASS64 || end > uint64(len(program)) || end < 64 {
		return program
	}
	made := program[:end]
	clear(made[0x28:0x30]) // e_shoff
	clear(made[0x3c:0x40]) // e_shnum, e_shstrndx
	return made
}
