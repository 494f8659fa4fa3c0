package main

func (u *unit) watch() []edit { return nil }
