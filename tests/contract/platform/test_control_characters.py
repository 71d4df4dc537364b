from contract.platform.control_characters import visible, without_controls

NASTY = "\x1b[2JAnn\x00\x7f\x9b31m\u202egro\tx\ny"


def test_control_characters_are_shown_as_symbols_one_for_one():
    assert visible(NASTY) == "␛[2JAnn␀␡�31m�gro\tx\ny"
    assert len(visible(NASTY)) == len(NASTY)


def test_control_characters_are_left_out_and_words_of_any_script_stay():
    assert without_controls(NASTY) == "[2JAnn31mgro\tx\ny"
    assert without_controls("Zoë 李 🙂 ناصر") == "Zoë 李 🙂 ناصر" == visible("Zoë 李 🙂 ناصر")
