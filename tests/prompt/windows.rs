use crate::prompt::keys::{Keys, Press};
use crate::prompt::terminal::Key;

/// What the quiz understands of keys.
fn pressed(keys: &[Key]) -> Vec<Press> {
    let (mut half, mut bytes) = (None, Vec::new());
    for key in keys {
        key.send(&mut half, &mut bytes);
    }
    let mut decoder = Keys::default();
    let mut presses: Vec<Press> = bytes.into_iter().filter_map(|byte| decoder.feed(byte)).collect();
    presses.extend(decoder.quiet());
    presses
}

fn down(code: u16, unit: u16) -> Key {
    Key { is_down: true, code, unit, ..Key::default() }
}

#[test]
fn each_key_is_understood_once_when_it_goes_down() {
    for (code, unit, press) in [
        (0x33, u16::from(b'3'), Press::Char('3')),
        (0x0d, u16::from(b'\r'), Press::Enter),
        (0x1b, 0x1b, Press::Escape),
        (0x1b, 0, Press::Escape),
        (0x08, 0x08, Press::Backspace),
        (0x09, u16::from(b'\t'), Press::Down),
        (0x43, 0x03, Press::Interrupt),
        (0x26, 0, Press::Up),
        (0x28, 0, Press::Down),
        (0x25, 0, Press::Left),
        (0x27, 0, Press::Right),
        (0x24, 0, Press::Home),
        (0x23, 0, Press::End),
        (0x2e, 0, Press::Delete),
        (0xe4, 0xe4, Press::Char('ä')),
    ] {
        let up = Key { code, unit, ..Key::default() };
        assert_eq!(pressed(&[down(code, unit), up]), [press], "key {code:#x}");
    }
    let back = Key { has_shift: true, ..down(0x09, u16::from(b'\t')) };
    assert_eq!(pressed(&[back]), [Press::Up]);
}

#[test]
fn a_chord_or_a_key_without_meaning_does_nothing() {
    let arrow = || down(0x26, 0);
    for key in [
        Key { has_ctrl: true, ..arrow() },
        Key { has_shift: true, ..arrow() },
        Key { has_alt: true, ..arrow() },
        Key { has_alt: true, ..down(0x33, u16::from(b'3')) },
        down(0x10, 0),
        down(0x70, 0),
    ] {
        assert_eq!(pressed(&[key]), [], "it did something");
    }
}

#[test]
fn characters_without_a_key_can_be_typed_too() {
    let at = Key { has_alt: true, has_ctrl: true, ..down(0x51, u16::from(b'@')) };
    assert_eq!(pressed(&[at]), [Press::Char('@')]);
    let composed = Key { code: 0x12, unit: 0xe9, ..Key::default() };
    assert_eq!(pressed(&[composed]), [Press::Char('é')]);
    assert_eq!(pressed(&[down(0, 0xd83d), down(0, 0xde00)]), [Press::Char('😀')]);
    assert_eq!(pressed(&[down(0, 0xd83d), down(0, 0x61), down(0, 0x62)]), ['a', 'b'].map(Press::Char));
}

#[test]
fn a_paste_that_the_terminal_marks_stays_one() {
    let keys: Vec<Key> = "\x1b[200~123\x1b[201~".bytes().map(|byte| down(0, byte.into())).collect();
    assert_eq!(pressed(&keys), [Press::Paste("123".to_owned())]);
}
