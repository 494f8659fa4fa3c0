// Package widgets holds boxes of widgets, and their weight.
package widgets

// Widget is a thing with a name and a weight in grams.
type Widget struct {
	Name  string
	Grams int
}

// Box is what holds widgets.
type Box struct {
	Widgets []Widget
}

// Grams is the weight of all its widgets.
func (box Box) Grams() int {
	sum := 0
	for _, widget := range box.Widgets {
		sum += widget.Grams
	}
	return sum
}

// OpenBox gives a box with one widget for each name. Version 1 called it MakeBox.
func OpenBox(names ...string) Box {
	var box Box
	for _, name := range names {
		box.Widgets = append(box.Widgets, Widget{Name: name, Grams: 1})
	}
	return box
}
