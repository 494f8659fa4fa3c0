package main

import (
	"go/ast"
	"go/token"
	"strings"
)

// alternative gives a second declaration of a name in one block a scope of its own: documents show
// ways to do a thing one below the other. They stand apart by an empty line or a comment; without
// either it is a slip.
// A value that does not fit says so only where its statement gives a known name another value.
func (u *unit) alternative(path []ast.Node, again bool) ([]edit, string) {
	for at := len(path) - 1; at > 0; at-- {
		block, ok := path[at-1].(*ast.BlockStmt)
		if !ok {
			continue
		}
		declared, isAssign := path[at].(*ast.AssignStmt)
		if again && isAssign && declared.Tok == token.ASSIGN {
			return u.reassigned(block, declared, path[:at])
		}
		_, isDecl := path[at].(*ast.DeclStmt)
		if !isDecl && (!isAssign || declared.Tok != token.DEFINE) {
			return nil, ""
		}
		if !u.apart(block, path[at].Pos(), defined) || again && !repeats(block, path[at]) {
			return nil, ""
		}
		return []edit{u.insert(path[at].Pos(), "{ "), u.insert(block.Rbrace, "}")}, ownScope
	}
	return nil, ""
}

const ownScope = "a scope of its own for a name that is declared again"

// reassigned gives a scope of its own to an example that only leaves out the colon: documents
// write `result := f("a")`, and in a paragraph below `result = f(1)`, with a value of another type.
// A plain literal that does not fit is a slip, and so is a value in the same paragraph.
func (u *unit) reassigned(block *ast.BlockStmt, node *ast.AssignStmt, around []ast.Node) ([]edit, string) {
	if !u.inWrapper(append(around, node)) || !u.inferred(node, around) || !u.apart(block, node.Pos(), set) {
		return nil, ""
	}
	for _, value := range node.Rhs {
		if !u.isMade(value) {
			return nil, ""
		}
	}
	return []edit{
		u.insert(node.Pos(), "{ "),
		u.replace(node.TokPos, node.TokPos+1, ":="),
		u.insert(block.Rbrace, "}"),
	}, ownScope
}

// inferred tells whether all that a statement sets are names, and one of them got its type from
// its value (`:=`) in one of these blocks, which are no other statement's.
func (u *unit) inferred(node *ast.AssignStmt, around []ast.Node) bool {
	known := map[string]bool{}
	for at := len(around) - 1; at > 0; at-- {
		block, ok := around[at].(*ast.BlockStmt)
		if !ok {
			return false
		}
		for _, statement := range block.List {
			if _, ok := statement.(*ast.AssignStmt); ok && statement.Pos() < node.Pos() {
				for _, name := range defined(statement) {
					known[name] = true
				}
			}
		}
		if _, ok := around[at-1].(*ast.FuncDecl); ok {
			break
		}
	}
	found := false
	for _, one := range node.Lhs {
		ident, ok := one.(*ast.Ident)
		if !ok {
			return false
		}
		found = found || known[ident.Name]
	}
	return found
}

// isMade tells what a function gives, or a literal of a written type, from a plain literal, a
// conversion, and what is nothing new.
func (u *unit) isMade(value ast.Expr) bool {
	switch node := ast.Unparen(value).(type) {
	case *ast.CallExpr:
		fun := u.info.Types[node.Fun]
		return !fun.IsType() && !fun.IsBuiltin()
	case *ast.UnaryExpr:
		_, ok := node.X.(*ast.CompositeLit)
		return ok && node.Op == token.AND
	case *ast.CompositeLit, *ast.FuncLit:
		return true
	}
	return false
}

// apart tells whether an empty line or a comment stands between a statement and the one that gave
// one of its names before it.
func (u *unit) apart(block *ast.BlockStmt, pos token.Pos, given func(ast.Stmt) []string) bool {
	at := 0
	for at < len(block.List) && block.List[at].Pos() < pos {
		at++
	}
	if at == len(block.List) {
		return false
	}
	names := map[string]bool{}
	for _, name := range given(block.List[at]) {
		names[name] = true
	}
	for ; at >= 0; at-- {
		from := u.offset(block.Lbrace) + 1
		if at > 0 {
			from = u.offset(block.List[at-1].End())
		}
		between := string(u.text[from:u.offset(block.List[at].Pos())])
		if strings.Count(between, "\n") > 1 || strings.Contains(between, "//") && strings.Contains(between, "\n") {
			return true
		}
		if at == 0 {
			return true // declared further out
		}
		for _, name := range given(block.List[at-1]) {
			if names[name] {
				return false
			}
		}
	}
	return false
}

// repeats tells whether a statement defines a name that one above it in the same block defines.
func repeats(block *ast.BlockStmt, node ast.Node) bool {
	known := map[string]bool{}
	for _, statement := range block.List {
		names := defined(statement)
		if ast.Node(statement) == node {
			for _, name := range names {
				if known[name] {
					return true
				}
			}
			return false
		}
		for _, name := range names {
			known[name] = true
		}
	}
	return false
}

// defined are the names that a statement declares.
func defined(statement ast.Stmt) (names []string) {
	switch node := statement.(type) {
	case *ast.AssignStmt:
		for _, one := range node.Lhs {
			if ident, ok := one.(*ast.Ident); ok && ident.Name != "_" && node.Tok == token.DEFINE {
				names = append(names, ident.Name)
			}
		}
	case *ast.DeclStmt:
		ast.Inspect(node, func(inner ast.Node) bool {
			if spec, ok := inner.(*ast.ValueSpec); ok {
				for _, ident := range spec.Names {
					names = append(names, ident.Name)
				}
			}
			return true
		})
	}
	return names
}

// set are the names that a statement declares or assigns to.
func set(statement ast.Stmt) []string {
	names := defined(statement)
	if node, ok := statement.(*ast.AssignStmt); ok && node.Tok == token.ASSIGN {
		for _, one := range node.Lhs {
			if ident, ok := one.(*ast.Ident); ok && ident.Name != "_" {
				names = append(names, ident.Name)
			}
		}
	}
	return names
}
