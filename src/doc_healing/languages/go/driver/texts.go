package main

const atText = `
func dhSay(text string) {
	dhos.NewFile(3, "report").WriteString("{\"nonce\":\"NONCE\"," + text + "}\n")
}

func dhAt(line, column int) {
	dhSay("\"type\":\"exit\",\"line\":" + dhstrconv.Itoa(line) + ",\"column\":" + dhstrconv.Itoa(column))
}

func dhReturn(...any) {}
`

const exampleText = `
func dhExample(name string, example func(), want string, unordered bool) {
	kept := dhos.Stdout
	reader, writer, err := dhos.Pipe()
	if err != nil {
		panic(err)
	}
	dhos.Stdout = writer
	read := make(chan string)
	go func() {
		text, _ := dhio.ReadAll(reader)
		read <- string(text)
	}()
	done := func() string {
		dhos.Stdout = kept
		writer.Close()
		text := <-read
		kept.WriteString(text)
		return text
	}
	finished := false
	defer func() {
		if !finished {
			done()
		}
	}()
	example()
	finished = true
	got, want := dhstrings.TrimSpace(done()), dhstrings.TrimSpace(want)
	if unordered {
		got, want = dhSorted(got), dhSorted(want)
	}
	same := dhstrconv.FormatBool(got == want)
	dhSay("\"type\":\"example\",\"name\":" + dhQuoted(name) + ",\"same\":" + same +
		",\"expected\":" + dhQuoted(want) + ",\"actual\":" + dhQuoted(got))
	if got != want {
		dhos.Stderr.WriteString("--- FAIL: " + name + "\n")
		dhos.Exit(1)
	}
}

func dhSorted(text string) string {
	lines := dhstrings.Split(text, "\n")
	dhsort.Strings(lines)
	return dhstrings.Join(lines, "\n")
}

func dhQuoted(text string) string {
	made := "\""
	for _, letter := range text {
		switch {
		case letter == '"' || letter == '\\':
			made += "\\" + string(letter)
		case letter < ' ' || letter == 0x7f:
			made += "\\u" + ("0000" + dhstrconv.FormatInt(int64(letter), 16))[len(dhstrconv.FormatInt(int64(letter), 16)):]
		default:
			made += string(letter)
		}
	}
	return made + "\""
}
`

const testText = `
func dhTests(tests []testing.InternalTest) {
	match := func(pattern, name string) (bool, error) { return true, nil }
	dhSay("\"type\":\"tests\"")
	testing.Main(match, tests, nil, nil)
}
`

const watchText = ``

const markText = ``
