package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"regexp"
	"sort"
	"strings"
)

var major = regexp.MustCompile(`^v[0-9]+$`)

// imports adds the packages that are used by name and not imported: those that the document
// imports elsewhere, those of the standard library that have all the names, the repository's own.
func (u *unit) imports() (edits []edit, said []string) {
	if !u.driver.plan.Imports {
		return nil, nil
	}
	text := ""
	for name, used := range u.unknownPackages() {
		found, alias := u.resolve(name, used)
		if found == "" {
			continue
		}
		text += "; import " + alias + `"` + found + `"`
		said = append(said, "import "+alias+`"`+found+`"`)
	}
	if text == "" && u.unqualified() {
		text = `; import . "` + u.driver.plan.Module + `"`
		said = append(said, `import . "`+u.driver.plan.Module+`"`)
	}
	if text == "" {
		return nil, nil
	}
	sort.Strings(said)
	return []edit{u.insert(u.file.Name.End(), text)}, said
}

// unqualified tells whether names of the repository's main package are used without its name, as
// its own documents do, and none of them would clash with a name of the block.
func (u *unit) unqualified() bool {
	pkg, err := u.Import(u.driver.plan.Module)
	if err != nil || !u.driver.plan.Mends {
		return false
	}
	for _, name := range pkg.Scope().Names() {
		if token.IsExported(name) && u.pkg.Scope().Lookup(name) != nil {
			return false
		}
	}
	known := 0
	for _, one := range u.faults {
		if one.code != "UndeclaredName" || one.file != u.driver.plan.File {
			continue
		}
		name := strings.TrimPrefix(one.message, "undefined: ")
		if object := pkg.Scope().Lookup(name); object != nil && object.Exported() {
			known++
		}
	}
	return known > 0
}

// unknownPackages are the undeclared names that something exported is selected from.
func (u *unit) unknownPackages() map[string][]string {
	unknown := map[string][]string{}
	undeclared := map[int]bool{}
	for _, one := range u.faults {
		if one.code == "UndeclaredName" {
			undeclared[u.offset(one.pos)] = true
		}
	}
	ast.Inspect(u.file, func(node ast.Node) bool {
		chosen, ok := node.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		ident, ok := chosen.X.(*ast.Ident)
		if ok && u.info.Uses[ident] == nil && u.info.Defs[ident] == nil && chosen.Sel.IsExported() {
			if undeclared[u.offset(ident.Pos())] || unknown[ident.Name] != nil {
				unknown[ident.Name] = append(unknown[ident.Name], chosen.Sel.Name)
			}
		}
		return true
	})
	return unknown
}

// resolve gives the import path for a package name, and the alias that it needs.
func (u *unit) resolve(name string, used []string) (string, string) {
	bound := u.isVariable(name)
	if known, ok := u.driver.plan.Names[name]; ok && u.driver.archive[known] != "" && !bound {
		return known, u.alias(name, known)
	}
	root := u.driver.plan.Packages[u.driver.plan.Module]
	if root == name && !bound && (u.has(u.driver.plan.Module, used) == len(used)) {
		return u.driver.plan.Module, u.alias(name, u.driver.plan.Module)
	}
	if found := u.complete(name, used, u.standard(name)); found != "" {
		return found, u.alias(name, found)
	}
	if found := u.complete(name, used, u.installed(name, true)); found != "" {
		return found, u.alias(name, found)
	}
	if root == name && !bound && u.has(u.driver.plan.Module, used) > 0 {
		return u.driver.plan.Module, u.alias(name, u.driver.plan.Module)
	}
	others := u.installed(name, false)
	if found := u.complete(name, used, others); found != "" && len(others) == 1 {
		return found, u.alias(name, found)
	}
	if root == name && !bound && named(u.driver.plan.Module) == name && u.has(u.driver.plan.Module, u.driver.plan.Chosen) > 0 {
		return u.driver.plan.Module, u.alias(name, u.driver.plan.Module)
	}
	if unmistakable[name] && !bound {
		return u.standard(name)[0], ""
	}
	return "", ""
}

// named is the last element of a module's path that is no major version.
func named(module string) string {
	if major.MatchString(path.Base(module)) {
		module = path.Dir(module)
	}
	return path.Base(module)
}

// unmistakable are packages whose names nobody gives to a variable or to another package: what is
// selected from them and not there is a slip.
var unmistakable = map[string]bool{
	"fmt": true, "strings": true, "strconv": true, "filepath": true, "bufio": true, "utf8": true,
	"reflect": true, "regexp": true, "os": true,
}

// forgotten is the package of the standard library that a file with imports selects from and does
// not import. Another file of its package could only help with a variable of that name and all that
// is selected, which nobody has for these.
func (u *unit) forgotten(name string) string {
	if u.driver.plan.Imports || !unmistakable[name] && !common[name] || u.isVariable(name) {
		return ""
	}
	return u.complete(name, u.unknownPackages()[name], u.standard(name))
}

var common = map[string]bool{
	"errors": true, "context": true, "time": true, "sync": true, "http": true, "json": true,
}

func (u *unit) isVariable(name string) bool {
	for _, one := range u.driver.plan.Variables {
		if one == name {
			return true
		}
	}
	return false
}

// complete is the first candidate that has all the names.
func (u *unit) complete(name string, used []string, candidates []string) string {
	for _, one := range candidates {
		if len(used) > 0 && u.has(one, used) == len(used) {
			return one
		}
	}
	return ""
}

func (u *unit) has(found string, used []string) int {
	pkg, err := u.Import(found)
	if err != nil {
		return 0
	}
	count := 0
	for _, one := range used {
		if object := pkg.Scope().Lookup(one); object != nil && object.Exported() {
			count++
		}
	}
	return count
}

// standard are the packages of the standard library with that name, best first, as goimports
// prefers them: crypto/rand before math/rand, which it is confused with to its harm; but only
// where its functions are called as they are declared.
func (u *unit) standard(name string) []string {
	var found []string
	for one := range u.driver.archive {
		first, _, _ := strings.Cut(one, "/")
		if strings.Contains(first, ".") || forbidden(one, "") || u.driver.plan.Packages[one] != "" {
			continue
		}
		base := path.Base(one)
		if major.MatchString(base) {
			base = path.Base(path.Dir(one))
		}
		if base == name {
			found = append(found, one)
		}
	}
	rank := map[string]int{"crypto/rand": 1, "math/rand": 0, "math/rand/v2": 2, "html/template": 2}
	if name == "rand" && u.reads(name) {
		rank["crypto/rand"] = -1
	}
	sort.Slice(found, func(a, b int) bool {
		if rank[found[a]] != rank[found[b]] {
			return rank[found[a]] < rank[found[b]]
		}
		return found[a] < found[b]
	})
	return found
}

// reads tells whether `rand.Reader`, `rand.Read` or `rand.Prime` is used: crypto/rand is meant.
func (u *unit) reads(name string) bool {
	told := false
	ast.Inspect(u.file, func(node ast.Node) bool {
		if chosen, ok := node.(*ast.SelectorExpr); ok {
			ident, ok := chosen.X.(*ast.Ident)
			switch chosen.Sel.Name {
			case "Reader", "Read", "Prime", "Text":
				told = told || ok && ident.Name == name
			}
		}
		return true
	})
	return told
}

// installed are the packages with that name, the repository's own or those of others.
func (u *unit) installed(name string, own bool) []string {
	var found []string
	module := u.driver.plan.Module
	for one, called := range u.driver.plan.Packages {
		mine := module != "" && (one == module || strings.HasPrefix(one, module+"/"))
		internal := strings.Contains("/"+one+"/", "/internal/")
		if called == name && mine == own && !internal && u.driver.archive[one] != "" {
			found = append(found, one)
		}
	}
	sort.Slice(found, func(a, b int) bool {
		return len(found[a]) < len(found[b]) || len(found[a]) == len(found[b]) && found[a] < found[b]
	})
	return found
}

func (u *unit) alias(name, found string) string {
	if pkg, err := u.Import(found); err == nil && pkg.Name() == name {
		return ""
	}
	return name + " "
}

var _ types.Importer = (*unit)(nil)
