package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/doc"
	"go/types"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// harness is the `main` of ours for a file of tests or testable examples, as `go test` would make
// it (testing/example.go): an example runs where it has an output comment, and is compared with it.
func (u *unit) harness() (string, bool) {
	if u.file.Name.Name == "main" && u.startable() || u.driver.plan.Mode != "run" {
		return "", false
	}
	calls := ""
	files := append([]*ast.File{u.file}, u.others...)
	for _, one := range doc.Examples(files...) {
		if one.Output != "" || one.EmptyOutput {
			calls += fmt.Sprintf("\tdhExample(%q, Example%s, %s, %t)\n",
				"Example"+one.Name, one.Name, strconv.Quote(one.Output), one.Unordered)
		}
	}
	tests := ""
	for _, name := range u.tests() {
		tests += fmt.Sprintf("{Name: %q, F: %s}, ", name, name)
	}
	if tests != "" {
		calls += "\tdhTests([]testing.InternalTest{" + tests + "})\n"
	}
	return calls, calls != ""
}

// tests are the functions that `go test` would run, in the order of the file.
func (u *unit) tests() []string {
	var names []string
	for _, declared := range u.file.Decls {
		function, ok := declared.(*ast.FuncDecl)
		if !ok || function.Recv != nil || !isTest(function.Name.Name) || function.Body == nil {
			continue
		}
		signature, ok := u.info.Defs[function.Name].Type().(*types.Signature)
		if ok && signature.Params().Len() == 1 && signature.Results().Len() == 0 &&
			signature.Params().At(0).Type().String() == "*testing.T" {
			names = append(names, function.Name.Name)
		}
	}
	return names
}

func isTest(name string) bool {
	rest, found := strings.CutPrefix(name, "Test")
	if !found || name == "TestMain" {
		return false
	}
	letter, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || !unicode.IsLower(letter)
}

// startable tells whether the program has a main function to start with.
func (u *unit) startable() bool {
	return u.file.Name.Name == "main" && u.pkg != nil && u.pkg.Scope().Lookup("main") != nil
}

// asMain gives all files of a test package the name that a program must have.
func (u *unit) asMain(text []byte) []byte {
	name := u.file.Name
	if name.Name == "main" {
		return text
	}
	at := u.place(name.End())
	start, end := u.offset(name.Pos()), u.offset(name.End())
	directive := ""
	if end < len(text) && text[end] != '\n' {
		directive = fmt.Sprintf("/*line :%d:%d*/", at.Line, at.Column)
	}
	return []byte(string(text[:start]) + "main" + directive + string(text[end:]))
}

// instrumented is the text with a note before each statement that ends the program, so that its
// place is known: neither the exit code nor the text that log.Fatal prints has one.
func (u *unit) instrumented() []byte {
	var edits []edit
	ast.Inspect(u.file, func(node ast.Node) bool {
		statement, ok := node.(*ast.ExprStmt)
		if !ok || !u.ends(statement.X) {
			return true
		}
		at := u.place(statement.Pos())
		if chosen, ok := statement.X.(*ast.CallExpr).Fun.(*ast.SelectorExpr); ok {
			at = u.place(chosen.Sel.Pos())
		}
		edits = append(edits, u.insert(statement.Pos(), fmt.Sprintf("dhAt(%d, %d); ", at.Line, at.Column)))
		return true
	})
	before := u.text
	watched := u.watch()
	u.watched = len(watched) > 0
	edits = append(edits, watched...)
	edits = append(edits, u.ended()...)
	u.apply(edits)
	text := u.text
	u.text = before
	return text
}

// ended are the edits that report an end of the program's main function: its last line, or a
// `return`. A context may recover from a panic, or end the program, and neither leads there.
func (u *unit) ended() (edits []edit) {
	if !u.driver.plan.Ends {
		return nil
	}
	for _, one := range u.file.Decls {
		function, ok := one.(*ast.FuncDecl)
		if !ok || function.Recv != nil || function.Name.Name != "main" || function.Body == nil {
			continue
		}
		ast.Inspect(function.Body, func(node ast.Node) bool {
			switch statement := node.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ReturnStmt:
				edits = append(edits, u.insert(statement.Pos(), "dhEnd(); "))
			}
			return true
		})
		edits = append(edits, u.insert(function.Body.Rbrace, "; dhEnd(); "))
	}
	return edits
}

func (u *unit) ends(call ast.Expr) bool {
	made, ok := call.(*ast.CallExpr)
	if !ok {
		return false
	}
	chosen, ok := made.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	object, ok := u.info.Uses[chosen.Sel].(*types.Func)
	if !ok || object.Pkg() == nil {
		return false
	}
	switch object.Pkg().Path() {
	case "os":
		return object.Name() == "Exit"
	case "log":
		return strings.HasPrefix(object.Name(), "Fatal")
	}
	return false
}

// hook is the file of ours in the program, whose main file has this text.
func (u *unit) hook(text []byte, harness string) string {
	body := ""
	if bytes.Contains(text, []byte("dhReturn(")) {
		body = "\nfunc dhReturn(...any) {}\n"
	}
	if u.driver.path != "" {
		body += partText
	}
	if strings.Contains(harness, "dhExample(") {
		body += exampleText
	}
	if strings.Contains(harness, "dhTests(") {
		body += testText
	}
	if u.watched {
		body += watchText
	}
	if u.driver.plan.Server {
		body += serverText
	}
	if u.driver.plan.Mark {
		body += markText
	}
	end := ""
	if u.driver.plan.Ends {
		end = "dhEnd()"
		body += endText
	}
	if harness != "" {
		body += "\nfunc main() {\n" + harness + end + "\n}\n"
	} else if !u.startable() {
		body += "\nfunc main() {" + end + "}\n"
	}
	if bytes.Contains(text, []byte("dhAt(")) {
		body += atText
	}
	if strings.Contains(body, "dhQuoted(") {
		body += quotedText
	}
	if strings.Contains(body, "dhSay(") {
		body += sayText
	}
	made := "package main\n" + imported(body) + body
	return strings.ReplaceAll(made, "NONCE", u.driver.plan.Nonce)
}

// imported are the packages that the hook uses, under names that no document gives to another.
func imported(body string) (lines string) {
	paths := []string{"fmt", "io", "os", "reflect", "sort", "strconv", "strings", "syscall", "time"}
	for _, path := range paths {
		if strings.Contains(body, "dh"+path+".") {
			lines += fmt.Sprintf("\tdh%s %q\n", path, path)
		}
	}
	if strings.Contains(body, "testing.") {
		lines += "\t\"testing\"\n"
	}
	if lines == "" {
		return ""
	}
	return "\nimport (\n" + lines + ")\n"
}
