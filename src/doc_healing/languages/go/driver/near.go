package main

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
