package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"regexp"
	"strconv"
	"strings"
)

// A promise is a comment that says what a statement gives or prints.
type promise struct {
	text     string
	firm     bool // plain data, or said to be the output: a difference is a fault
	row, col int
}

var (
	cue  = regexp.MustCompile(`(?i)^(?:=>|->|→|⇒|(?:output|prints?|printed|result|returns?)\s*:)\s*`)
	data = regexp.MustCompile(`^(?:-?\d[\d_.]*(?:e[+-]?\d+)?|"(?:[^"\\]|\\.)*"|true|false|<nil>|` +
		`\[[^\]]*\]|map\[.*\]|&?\{.*\})$`)
)

// watch gives the edits that compare values and prints with the comments on them.
func (u *unit) watch() (edits []edit) {
	if !u.driver.plan.Watch {
		return nil
	}
	promises := u.promises()
	if len(promises) == 0 {
		return nil
	}
	ast.Inspect(u.file, func(node ast.Node) bool {
		switch block := node.(type) {
		case *ast.BlockStmt:
			edits = append(edits, u.watchAll(block.List, promises)...)
		case *ast.CaseClause:
			edits = append(edits, u.watchAll(block.Body, promises)...)
		}
		return true
	})
	return edits
}

func (u *unit) watchAll(list []ast.Stmt, promises map[int]promise) (edits []edit) {
	for _, statement := range list {
		row := u.files.PositionFor(statement.End(), false).Line
		one, found := promises[row]
		if !found {
			continue
		}
		if made, ok := statement.(*ast.ExprStmt); ok {
			edits = append(edits, u.watchCall(made, one)...)
			continue
		}
		if names := declared(statement); names != nil {
			if wanted := u.wanted(one, len(names), statement.End()); wanted != "" {
				text := "; " + one.head("dhWant") + wanted + ")(" + strings.Join(names, ", ") + ")"
				edits = append(edits, u.insert(statement.End(), text))
			}
		}
	}
	return edits
}

// declared are the variables that a statement gives values to, all of them plain names.
func declared(statement ast.Stmt) []string {
	assigned, ok := statement.(*ast.AssignStmt)
	if !ok || assigned.Tok != token.DEFINE && assigned.Tok != token.ASSIGN {
		return nil
	}
	var names []string
	for _, one := range assigned.Lhs {
		ident, ok := one.(*ast.Ident)
		if !ok || ident.Name == "_" {
			return nil
		}
		names = append(names, ident.Name)
	}
	return names
}

func (u *unit) watchCall(statement *ast.ExprStmt, one promise) []edit {
	call, ok := statement.X.(*ast.CallExpr)
	if !ok {
		return nil
	}
	if chosen, ok := call.Fun.(*ast.SelectorExpr); ok && u.prints(chosen) {
		text := fmt.Sprintf("%s%t, %t)(", one.head("dhPrints"), one.firm, data.MatchString(one.text))
		return []edit{
			u.insert(call.Pos(), text),
			u.replace(chosen.Sel.Pos(), chosen.Sel.End(), "S"+strings.ToLower(chosen.Sel.Name)),
			u.insert(call.End(), ")"),
		}
	}
	count := 1
	switch kind := u.info.Types[call].Type.(type) {
	case nil:
		return nil
	case *types.Tuple:
		count = kind.Len()
	}
	wanted := u.wanted(one, count, statement.Pos())
	if wanted == "" || !u.info.Types[call].IsValue() && count == 1 {
		return nil
	}
	text := one.head("dhWant") + wanted + ")("
	return []edit{u.insert(call.Pos(), text), u.insert(call.End(), ")")}
}

func (u *unit) prints(chosen *ast.SelectorExpr) bool {
	object, ok := u.info.Uses[chosen.Sel].(*types.Func)
	if !ok || object.Pkg() == nil || object.Pkg().Path() != "fmt" {
		return false
	}
	return object.Name() == "Println" || object.Name() == "Printf" || object.Name() == "Print"
}

func (one promise) head(name string) string {
	return fmt.Sprintf("%s(%d, %d, %s, ", name, one.row, one.col, strconv.Quote(one.text))
}

// wanted is the promised data as arguments, where it is data in Go's own notation and as many.
func (u *unit) wanted(one promise, count int, pos token.Pos) string {
	parsed, err := parser.ParseExpr("f(" + one.text + ")")
	call, ok := parsed.(*ast.CallExpr)
	if err != nil || !ok || len(call.Args) != count {
		return ""
	}
	for _, value := range call.Args {
		if !isData(value) {
			return ""
		}
		info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
		if types.CheckExpr(u.files, u.pkg, pos, value, info) != nil {
			return ""
		}
	}
	return one.text
}

// isData tells a literal, of literals.
func isData(value ast.Expr) bool {
	switch node := value.(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		return node.Name == "true" || node.Name == "false" || node.Name == "nil"
	case *ast.UnaryExpr:
		return isData(node.X) && node.Op != token.ARROW && node.Op != token.NOT
	case *ast.KeyValueExpr:
		_, field := node.Key.(*ast.Ident)
		return (field || isData(node.Key)) && isData(node.Value)
	case *ast.CompositeLit:
		for _, one := range node.Elts {
			if !isData(one) {
				return false
			}
		}
		return true
	}
	return false
}

// promises are the comments by the row (of the text as it is) that the statement they speak of
// ends on: their own, or the one right above. Data over several lines is joined.
func (u *unit) promises() map[int]promise {
	found := map[int]promise{}
	own := map[int]bool{}
	for _, row := range u.driver.plan.Own {
		own[row] = true
	}
	whole := u.outputs()
	for _, group := range u.file.Comments {
		if whole[group] {
			continue
		}
		for at := 0; at < len(group.List); at++ {
			comment := group.List[at]
			if !strings.HasPrefix(comment.Text, "//") {
				continue
			}
			row := u.files.PositionFor(comment.Pos(), false).Line
			place := u.place(comment.Pos())
			text := strings.TrimSpace(comment.Text[2:])
			firm := cue.MatchString(text)
			text = strings.TrimSpace(cue.ReplaceAllString(text, ""))
			for strings.Count(text, "{") > strings.Count(text, "}") && at+1 < len(group.List) {
				at++
				text += "\n" + strings.TrimSpace(strings.TrimPrefix(group.List[at].Text, "//"))
			}
			text = strings.ReplaceAll(text, "\n", " ")
			if !own[row] || text == "" || len(text) > 2000 {
				continue
			}
			if u.alone(comment.Pos()) {
				row--
			}
			if _, taken := found[row]; !taken {
				column := place.Column + strings.Index(comment.Text, text)
				found[row] = promise{text, firm, place.Line, max(column, place.Column)}
			}
		}
	}
	return found
}

var output = regexp.MustCompile(`(?i)^[[:space:]]*(unordered )?output:`)

// outputs are the last comments of functions that promise all that is printed: those of examples,
// which are compared in the harness, and that of main, which is told.
func (u *unit) outputs() map[*ast.CommentGroup]bool {
	found := map[*ast.CommentGroup]bool{}
	for _, declared := range u.file.Decls {
		function, ok := declared.(*ast.FuncDecl)
		if !ok || function.Body == nil {
			continue
		}
		last := token.NoPos
		if count := len(function.Body.List); count > 0 {
			last = function.Body.List[count-1].End()
		}
		for _, group := range u.file.Comments {
			inside := group.Pos() > last && group.Pos() > function.Body.Lbrace && group.End() < function.Body.Rbrace
			match := output.FindStringSubmatch(group.Text())
			if !inside || match == nil || !u.alone(group.Pos()) {
				continue
			}
			found[group] = true
			if function.Name.Name == "main" && function.Recv == nil {
				at := u.place(group.Pos())
				kind := "output"
				if match[1] != "" {
					kind = "unordered"
				}
				u.driver.say(report{
					Type: kind, Text: output.ReplaceAllString(group.Text(), ""), Line: at.Line, Column: at.Column,
				})
			}
		}
	}
	return found
}

// alone tells whether a comment has its line for itself.
func (u *unit) alone(pos token.Pos) bool {
	at := u.offset(pos)
	start := strings.LastIndexByte(string(u.text[:at]), '\n') + 1
	return strings.TrimSpace(string(u.text[start:at])) == ""
}
