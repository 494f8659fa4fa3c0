package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"sort"
)

const (
	mostRounds = 12
	mostEdits  = 400
)

// edit replaces bytes; behind it a line directive leads the columns back to the document's.
type edit struct {
	start, end int
	text       string
	back       token.Pos // the position that the text behind the edit has; none at a line's end
}

// mend completes a fragment until nothing that can be completed is left. It tells what remains.
func (u *unit) mend() bool {
	for round := range mostRounds {
		u.check()
		if len(u.faults) == 0 {
			return true
		}
		edits, said := u.imports()
		if len(edits) == 0 && u.driver.plan.Mends {
			edits, said = u.loosen()
		}
		if len(edits) == 0 {
			break
		}
		if len(edits) > mostEdits {
			u.driver.say(report{Type: "refused", Text: "it lacks too much to be completed"})
			return false
		}
		if round == mostRounds-1 {
			break // what no mend of ours ends is told as it is
		}
		before := u.text
		u.apply(edits)
		if u.parse() != nil { // a mend of ours that does not fit: leave it as it was
			u.text = before
			u.parse()
			u.check()
			break
		}
		for _, words := range said {
			u.driver.say(report{Type: "added", Text: words})
		}
	}
	u.tell()
	return false
}

// loosen gives an edit for each fault that only a fragment may have.
func (u *unit) loosen() (edits []edit, said []string) {
	seen := map[int]bool{}
	for _, one := range u.faults {
		if one.file != u.driver.plan.File {
			continue
		}
		made, words := u.remedy(one)
		if len(made) == 0 || seen[made[0].start] {
			continue
		}
		seen[made[0].start] = true
		edits = append(edits, made...)
		if words != "" {
			said = append(said, words)
		}
	}
	return edits, said
}

func (u *unit) remedy(one fault) ([]edit, string) {
	path := u.pathTo(one.pos)
	switch one.code {
	case "UnusedImport":
		return u.unusedImport(path), ""
	case "UnusedVar":
		return u.unusedVariable(one.pos, path), ""
	case "UnusedExpr", "UnusedResults":
		return u.unusedExpression(path), ""
	case "NoNewVar", "DuplicateDecl":
		return u.alternative(path, false)
	case "IncompatibleAssign", "InvalidIfaceAssign":
		return u.alternative(path, true)
	case "WrongResultCount":
		return u.returned(path), ""
	}
	return nil, ""
}

func (u *unit) unusedImport(path []ast.Node) []edit {
	for _, node := range path {
		if spec, ok := node.(*ast.ImportSpec); ok {
			if spec.Name != nil {
				return []edit{u.replace(spec.Name.Pos(), spec.Name.End(), "_")}
			}
			return []edit{u.insert(spec.Path.Pos(), "_ ")}
		}
	}
	return nil
}

// unusedVariable uses the variable right behind its declaration.
func (u *unit) unusedVariable(pos token.Pos, path []ast.Node) []edit {
	name := ""
	for at := len(path) - 1; at > 0; at-- {
		if ident, ok := path[at].(*ast.Ident); ok && name == "" {
			name = ident.Name
		}
		statement, ok := path[at].(ast.Stmt)
		if !ok || name == "" {
			continue
		}
		if edits := u.useIn(statement, path[at-1], name); edits != nil {
			return edits
		}
	}
	return nil
}

func (u *unit) useIn(statement ast.Stmt, parent ast.Node, name string) []edit {
	use := " _ = " + name + ";"
	switch node := statement.(type) {
	case *ast.IfStmt:
		return []edit{u.insert(node.Body.Lbrace+1, use)}
	case *ast.ForStmt:
		return []edit{u.insert(node.Body.Lbrace+1, use)}
	case *ast.RangeStmt:
		return []edit{u.insert(node.Body.Lbrace+1, use)}
	case *ast.CommClause:
		return []edit{u.insert(node.Colon+1, use)}
	case *ast.TypeSwitchStmt, *ast.SwitchStmt:
		return u.useInSwitch(statement, use)
	case *ast.AssignStmt, *ast.DeclStmt:
		switch parent.(type) {
		case *ast.BlockStmt, *ast.CaseClause, *ast.LabeledStmt:
			return []edit{u.insert(statement.End(), "; _ = "+name)}
		case *ast.CommClause:
			if parent.(*ast.CommClause).Comm != statement {
				return []edit{u.insert(statement.End(), "; _ = "+name)}
			}
		}
	}
	return nil
}

func (u *unit) useInSwitch(statement ast.Stmt, use string) []edit {
	body := (*ast.BlockStmt)(nil)
	switch node := statement.(type) {
	case *ast.TypeSwitchStmt:
		body = node.Body
	case *ast.SwitchStmt:
		body = node.Body
	}
	if len(body.List) == 0 {
		return []edit{u.insert(body.Lbrace+1, " default:"+use)}
	}
	return []edit{u.insert(body.List[0].(*ast.CaseClause).Colon+1, use)}
}

func (u *unit) unusedExpression(path []ast.Node) []edit {
	for at := len(path) - 1; at >= 0; at-- {
		if statement, ok := path[at].(*ast.ExprStmt); ok {
			return []edit{u.insert(statement.Pos(), "_ = ")}
		}
	}
	return nil
}

// returned turns a `return x` at the top of a fragment into a use of x and the end of it.
func (u *unit) returned(path []ast.Node) []edit {
	for at := len(path) - 1; at >= 0; at-- {
		if _, ok := path[at].(*ast.FuncLit); ok {
			return nil
		}
		if statement, ok := path[at].(*ast.ReturnStmt); ok && u.inWrapper(path[:at]) && len(statement.Results) > 0 {
			return []edit{
				u.replace(statement.Pos(), statement.Results[0].Pos(), "dhReturn("),
				u.insert(statement.End(), "); return"),
			}
		}
	}
	return nil
}

func (u *unit) inWrapper(path []ast.Node) bool {
	for _, node := range path {
		if _, ok := node.(*ast.FuncLit); ok {
			return false
		}
		if declared, ok := node.(*ast.FuncDecl); ok {
			return declared.Name.Name == u.driver.plan.Wrapper
		}
	}
	return false
}

func (u *unit) insert(pos token.Pos, text string) edit {
	return edit{u.offset(pos), u.offset(pos), text, pos}
}

func (u *unit) replace(start, end token.Pos, text string) edit {
	return edit{u.offset(start), u.offset(end), text, end}
}

// apply makes the edits; every one keeps the lines, and a directive keeps the columns.
func (u *unit) apply(edits []edit) {
	sort.SliceStable(edits, func(a, b int) bool { return edits[a].start > edits[b].start })
	text := string(u.text)
	for _, one := range edits {
		rest := text[one.end:]
		behind := one.text
		if rest != "" && rest[0] != '\n' && one.back.IsValid() {
			at := u.place(one.back)
			behind += fmt.Sprintf("/*line :%d:%d*/", at.Line, at.Column)
		}
		text = text[:one.start] + behind + rest
	}
	u.text = []byte(text)
}
