//! Boxes of widgets, and their weight.

/// What holds widgets.
#[derive(Debug, Default)]
pub struct WidgetBox {
    widgets: Vec<(String, u32)>,
}

impl WidgetBox {
    /// An empty box.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same box with one more widget in it, which weighs so many grams.
    pub fn add(mut self, name: &str, grams: u32) -> Self {
        assert!(grams > 0, "a widget weighs something");
        self.widgets.push((name.to_string(), grams));
        self
    }

    /// The weight of all its widgets.
    pub fn grams(&self) -> u32 {
        self.widgets.iter().map(|(_, grams)| grams).sum()
    }
}

/// A box with one widget for each name. Version 1 took a single name.
pub fn open_box(names: &[&str]) -> WidgetBox {
    names.iter().fold(WidgetBox::new(), |made, name| made.add(name, 1))
}
