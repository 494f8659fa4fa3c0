package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// deprecated reports what the block uses and its package calls deprecated.
func (u *unit) deprecated() {
	if len(u.driver.plan.Deprecated) == 0 {
		return
	}
	ast.Inspect(u.file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.ImportSpec:
			path := strings.Trim(node.Path.Value, "\"`")
			u.warn(node.Path.Pos(), path, "", path)
		case *ast.SelectorExpr:
			if chosen := u.info.Selections[node]; chosen != nil && chosen.Kind() == types.FieldVal {
				u.warnOf(node.Sel, ownerName(chosen.Recv()))
			} else {
				u.warnOf(node.Sel, "")
			}
		case *ast.KeyValueExpr:
			if ident, ok := node.Key.(*ast.Ident); ok {
				u.warnOf(ident, u.literal(node))
			}
		case *ast.Ident:
			u.warnOf(node, "")
		}
		return true
	})
}

// warnOf looks a used name up; a field is known by the type that it is selected from.
func (u *unit) warnOf(ident *ast.Ident, owner string) {
	object := u.info.Uses[ident]
	if object == nil || object.Pkg() == nil || object.Pkg() == u.pkg {
		return
	}
	name := object.Name()
	switch one := object.(type) {
	case *types.Func:
		if receiver := one.Origin().Type().(*types.Signature).Recv(); receiver != nil {
			owner = ownerName(receiver.Type())
		}
	case *types.Var:
		if one.IsField() && owner == "" {
			return
		}
	}
	shown := object.Pkg().Name() + "." + name
	if owner != "" {
		name = owner + "." + name
		shown = name
	}
	u.warn(ident.Pos(), object.Pkg().Path(), name, shown)
}

func (u *unit) warn(pos token.Pos, path, name, shown string) {
	if words := u.driver.plan.Deprecated[path][name]; words != "" {
		at := u.place(pos)
		u.driver.say(report{Type: "deprecated", Name: shown, Text: words, Line: at.Line, Column: at.Column})
	}
}

// literal is the type whose field a key in a literal is.
func (u *unit) literal(pair *ast.KeyValueExpr) string {
	path := u.pathTo(pair.Pos())
	for at := len(path) - 1; at >= 0; at-- {
		if made, ok := path[at].(*ast.CompositeLit); ok {
			return ownerName(u.info.Types[made].Type)
		}
	}
	return ""
}

// ownerName is the name of a type behind a pointer.
func ownerName(kind types.Type) string {
	if kind == nil {
		return ""
	}
	if pointer, ok := types.Unalias(kind).(*types.Pointer); ok {
		kind = pointer.Elem()
	}
	if named, ok := types.Unalias(kind).(*types.Named); ok {
		return named.Obj().Name()
	}
	return ""
}
