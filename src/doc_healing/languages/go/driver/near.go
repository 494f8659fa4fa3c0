package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// meant is the visible name that an undeclared one is a slip for. A page's other blocks may well
// declare a name that looks alike, so that only a slip that makes no word counts, or one for a name
// that is declared and never used.
func (u *unit) meant(name string, pos token.Pos) string {
	near := nearest(name, u.visible(pos))
	if near == "" || mistyped(name, near) || u.idle(near, pos) {
		return near
	}
	return ""
}

// idle tells whether nothing but a mend of ours (`_ = x`) uses what a name means at a place.
func (u *unit) idle(name string, pos token.Pos) bool {
	_, meant := u.pkg.Scope().Innermost(pos).LookupParent(name, pos)
	if _, ok := meant.(*types.Var); !ok {
		return false
	}
	blank := map[ast.Expr]bool{}
	ast.Inspect(u.file, func(node ast.Node) bool {
		if made, ok := node.(*ast.AssignStmt); ok && len(made.Lhs) == 1 && len(made.Rhs) == 1 {
			if ident, ok := made.Lhs[0].(*ast.Ident); ok && ident.Name == "_" {
				blank[made.Rhs[0]] = true
			}
		}
		return true
	})
	for ident, object := range u.info.Uses {
		if object == meant && !blank[ident] {
			return false
		}
	}
	return true
}

// mistyped tells two letters that changed places, or a letter that is doubled or is not, in a name
// of six letters or more: what comes out is no other word.
func mistyped(a, b string) bool {
	if len(a) < 6 || len(b) < 6 {
		return false
	}
	if len(a) == len(b) {
		differ := 0
		for at := range len(a) {
			if a[at] != b[at] {
				differ++
			}
		}
		return differ == 2
	}
	if len(a) < len(b) {
		a, b = b, a
	}
	at := 0
	for at < len(b) && a[at] == b[at] {
		at++
	}
	return at > 0 && a[at] == a[at-1]
}

// nearest is the one name that differs from another by a slip of the fingers, else "".
func nearest(name string, known []string) string {
	found := ""
	for _, one := range known {
		if one != name && slip(name, one) {
			if found != "" && found != one {
				return ""
			}
			found = one
		}
	}
	return found
}

// nearestPath is the one import path that differs from another by a slip, in its last letter too;
// but an x or a figure there makes a name of its own: errorx, json2.
func nearestPath(wanted string, known []string) string {
	if near := nearest(wanted, known); near != "" {
		return near
	}
	most := len(wanted) - 1
	if most < 5 || wanted[most] == 'x' || digits(wanted[most:]) {
		return ""
	}
	for _, one := range known {
		if len(one) == len(wanted) && one[:most] == wanted[:most] {
			return one
		}
	}
	return ""
}

// slip tells two letters changed places, or one letter wrong, lacking or doubled inside a word.
// A last letter says nothing (user, users; item1, item2), and short names are too near each other.
func slip(a, b string) bool {
	if len(a) < 4 || len(b) < 4 || a[0] != b[0] {
		return false
	}
	from := 0
	for from < len(a) && from < len(b) && a[from] == b[from] {
		from++
	}
	end := 0
	for end < len(a)-from && end < len(b)-from && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	x, y := a[from:len(a)-end], b[from:len(b)-end]
	if len(x) == 2 && len(y) == 2 {
		return x[0] == y[1] && x[1] == y[0]
	}
	return end > 0 && len(a) >= 5 && len(x) <= 1 && len(y) <= 1 && !digits(x) && !digits(y)
}

func digits(text string) bool { return text != "" && text[0] >= '0' && text[0] <= '9' }
