module widgets.example/widgets

go 1.21
