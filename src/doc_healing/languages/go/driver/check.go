package main

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	codes "internal/types/errors"
	"io"
	"os"
	"reflect"
	"strings"
)

// unit is the program's main file with what go/types says of it.
type unit struct {
	driver *driver
	text   []byte
	files  *token.FileSet
	file   *ast.File
	others []*ast.File
	info   *types.Info
	pkg    *types.Package
	faults []fault

	watched bool // promised values are compared, so that the hook must hold what does it
}

// fault is one error of the type checker. Its code is the name that internal/types/errors gives it,
// which is how gopls links errors to their explanations; go/types keeps it to itself.
type fault struct {
	code    string
	message string
	pos     token.Pos
	file    string
}

// load reads and parses; syntax errors are told in the compiler's own words.
func (d *driver) load() (*unit, bool) {
	text, err := os.ReadFile(d.at(d.plan.File))
	if err != nil {
		return nil, false
	}
	one := &unit{driver: d, text: text}
	if err := one.parse(); err == nil {
		return one, true
	}
	if d.compile("main", append([]string{d.plan.File}, d.plan.Others...)) {
		d.say(report{Type: "refused", Text: "this does not parse as Go"})
	}
	return nil, false
}

func (u *unit) parse() error {
	u.files = token.NewFileSet()
	mode := parser.ParseComments | parser.AllErrors | parser.SkipObjectResolution
	file, err := parser.ParseFile(u.files, u.driver.plan.File, u.text, mode)
	u.file, u.others = file, nil
	for _, name := range u.driver.plan.Others {
		text, _ := os.ReadFile(u.driver.at(name))
		other, wrong := parser.ParseFile(u.files, name, text, mode)
		if other != nil && other.Name != nil {
			u.others = append(u.others, other)
		}
		if err == nil {
			err = wrong
		}
	}
	return err
}

func (u *unit) importsC() bool {
	for _, one := range u.file.Imports {
		if one.Path.Value == `"C"` {
			return true
		}
	}
	return false
}

// check type-checks the files as they are now.
func (u *unit) check() {
	u.faults = nil
	u.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Scopes: map[ast.Node]*types.Scope{},
	}
	config := types.Config{Importer: u, Error: u.note}
	files := append([]*ast.File{u.file}, u.others...)
	ours := "package " + u.file.Name.Name + "; func dhReturn(...any) {}; func dhMark() {}"
	if hook, err := parser.ParseFile(u.files, "hook.go", ours, 0); err == nil {
		files = append(files, hook)
	}
	u.pkg, _ = config.Check(u.file.Name.Name, u.files, files, u.info)
}

func (u *unit) note(err error) {
	wrong, ok := err.(types.Error)
	if !ok || strings.HasPrefix(wrong.Msg, "\t") { // a second place of the error before it
		return
	}
	inside := reflect.ValueOf(wrong)
	code := codes.Code(inside.FieldByName("go116code").Int()).String()
	u.faults = append(u.faults, fault{code, wrong.Msg, wrong.Pos, u.place(wrong.Pos).Filename})
}

func (u *unit) place(pos token.Pos) token.Position { return u.files.PositionFor(pos, true) }

func (u *unit) offset(pos token.Pos) int { return u.files.PositionFor(pos, false).Offset }

// Import is the importer's own, without what the go command forbids.
func (u *unit) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if _, ok := u.driver.archive[path]; !ok {
		return nil, errors.New("package " + path + " is not installed")
	}
	if forbidden(path, u.driver.plan.Module) {
		return nil, errors.New("use of internal package " + path + " not allowed")
	}
	return u.driver.gc.Import(path)
}

// forbidden: https://go.dev/doc/go1.4#internalpackages; the repository's own stay open to it.
func forbidden(path, module string) bool {
	if module != "" && (path == module || strings.HasPrefix(path, module+"/")) {
		return false
	}
	for _, part := range strings.Split(path, "/") {
		if part == "internal" {
			return true
		}
	}
	return strings.HasPrefix(path, "vendor/")
}

// tell reports what is still wrong, each with whose name it speaks of.
func (u *unit) tell() {
	for _, one := range u.faults {
		at := u.place(one.pos)
		name, owner, near := u.subject(one)
		u.driver.say(report{
			Type: "error", Code: one.code, Message: one.message, File: at.Filename,
			Line: at.Line, Column: at.Column, Name: name, Owner: owner, Near: near,
		})
		io.WriteString(u.driver.errors, at.String()+": "+one.message+"\n")
	}
}

// missing are the faults by which a selected name is not there, so that a near one may be meant.
var missing = map[string]bool{
	"UndeclaredImportedName": true, "UnexportedName": true, "MissingFieldOrMethod": true,
}

// subject is the name that a fault speaks of, the package that ought to have it, and a near one.
func (u *unit) subject(one fault) (name, owner, near string) {
	path := u.pathTo(one.pos)
	for at := len(path) - 1; at >= 0; at-- {
		switch node := path[at].(type) {
		case *ast.Ident:
			if name == "" {
				name = node.Name
			}
			if one.code == "UndeclaredName" {
				return name, u.forgotten(name), u.meant(name, one.pos)
			}
		case *ast.SelectorExpr:
			if missing[one.code] {
				near = nearest(node.Sel.Name, u.members(node))
			}
			return node.Sel.Name, u.ownerOf(node), near
		case *ast.CallExpr:
			if owner := u.callee(node); owner != "" || at < len(path)-3 {
				return name, owner, ""
			}
		case *ast.CompositeLit:
			if kind := u.info.Types[node].Type; kind != nil {
				return name, u.packageOf(kind), ""
			}
		case *ast.ImportSpec:
			wanted := strings.Trim(node.Path.Value, "\"`")
			return "", wanted, nearestPath(wanted, u.public())
		case ast.Stmt:
			return name, u.through(node, one), ""
		}
	}
	return name, owner, near
}

// public are the paths of the standard library that a program may import.
func (u *unit) public() (paths []string) {
	for path := range u.driver.archive {
		first, _, _ := strings.Cut(path, "/")
		if !strings.Contains(first, ".") && !forbidden(path, "") && u.driver.plan.Packages[path] == "" {
			paths = append(paths, path)
		}
	}
	return paths
}

// through is the package whose function makes the value that does not fit a statement.
func (u *unit) through(node ast.Stmt, one fault) string {
	assigned, ok := node.(*ast.AssignStmt)
	if !ok || one.code != "WrongAssignCount" && one.code != "IncompatibleAssign" {
		return ""
	}
	for _, value := range assigned.Rhs {
		if call, ok := value.(*ast.CallExpr); ok {
			return u.callee(call)
		}
	}
	return ""
}

func (u *unit) callee(call *ast.CallExpr) string {
	fun := ast.Unparen(call.Fun)
	switch generic := fun.(type) {
	case *ast.IndexExpr:
		fun = generic.X
	case *ast.IndexListExpr:
		fun = generic.X
	}
	if chosen, ok := fun.(*ast.SelectorExpr); ok {
		return u.ownerOf(chosen)
	}
	return ""
}

// ownerOf is the package that a selected name belongs to, or ought to.
func (u *unit) ownerOf(node *ast.SelectorExpr) string {
	if ident, ok := node.X.(*ast.Ident); ok {
		if name, ok := u.info.Uses[ident].(*types.PkgName); ok {
			return name.Imported().Path()
		}
	}
	if object := u.info.Uses[node.Sel]; object != nil && object.Pkg() != nil && object.Pkg() != u.pkg {
		return object.Pkg().Path()
	}
	if kind := u.info.Types[node.X].Type; kind != nil {
		return u.packageOf(kind)
	}
	return ""
}

// builtin owns what no package declares: int, error, a struct without a name.
const builtin = "builtin"

// local owns what the program itself declares.
const local = "main"

func (u *unit) packageOf(kind types.Type) string {
	for count := 0; count < 4; count++ {
		switch inner := types.Unalias(kind).(type) {
		case *types.Pointer:
			kind = inner.Elem()
		case *types.Slice:
			kind = inner.Elem()
		case *types.Named:
			if inner.Obj().Pkg() == u.pkg {
				return local
			}
			if inner.Obj().Pkg() != nil {
				return inner.Obj().Pkg().Path()
			}
			return builtin
		case *types.Basic:
			if inner.Kind() == types.Invalid {
				return ""
			}
			return builtin
		default:
			return builtin
		}
	}
	return builtin
}

// visible are the names that could have been meant at a place.
func (u *unit) visible(pos token.Pos) []string {
	var names []string
	if u.pkg == nil {
		return names
	}
	scope := u.pkg.Scope().Innermost(pos)
	for ; scope != nil && scope != types.Universe; scope = scope.Parent() {
		names = append(names, scope.Names()...)
	}
	return names
}

func (u *unit) members(node *ast.SelectorExpr) []string {
	if ident, ok := node.X.(*ast.Ident); ok {
		if name, ok := u.info.Uses[ident].(*types.PkgName); ok {
			return name.Imported().Scope().Names()
		}
	}
	kind := u.info.Types[node.X].Type
	if kind == nil {
		return nil
	}
	var names []string
	set := types.NewMethodSet(types.NewPointer(kind))
	if _, isPointer := kind.Underlying().(*types.Pointer); isPointer || types.IsInterface(kind) {
		set = types.NewMethodSet(kind)
	}
	for at := range set.Len() {
		names = append(names, set.At(at).Obj().Name())
	}
	if pointer, ok := kind.Underlying().(*types.Pointer); ok {
		kind = pointer.Elem()
	}
	if fields, ok := kind.Underlying().(*types.Struct); ok {
		for at := range fields.NumFields() {
			names = append(names, fields.Field(at).Name())
		}
	}
	return names
}

// pathTo are the nodes around a position, outermost first.
func (u *unit) pathTo(pos token.Pos) []ast.Node {
	var path []ast.Node
	for _, file := range append([]*ast.File{u.file}, u.others...) {
		if pos < file.FileStart || pos >= file.FileEnd {
			continue
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if node == nil || pos < node.Pos() || pos >= node.End() {
				return node != nil && node == ast.Node(file)
			}
			path = append(path, node)
			return true
		})
	}
	return path
}
