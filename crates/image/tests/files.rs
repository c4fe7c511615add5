//! Images written and read again: whole, cut, changed, forged.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::Cursor;

use image::{AtomicFile, Error, Key, Keys, LARGEST_CHUNK, Reader, Result, Trust, Writer};
use proptest::prelude::*;

const MANIFEST: &str = r#"{"program": "prints things"}"#;

type Sections<'a> = [(&'a str, Vec<u8>)];

fn written(sections: &Sections<'_>, key: Option<&Key>) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), MANIFEST, key.cloned()).unwrap();
    for (name, bytes) in sections {
        writer.section(name).unwrap();
        // In odd pieces: how it was written leaves no trace.
        for piece in bytes.chunks(300_007) {
            writer.write(piece).unwrap();
        }
    }
    writer.finish().unwrap()
}

fn content(bytes: &[u8], trust: &Trust<'_>) -> Result<Vec<u8>> {
    let mut reader = Reader::open(Cursor::new(bytes.to_vec()), trust)?;
    let mut all = Vec::new();
    while let Some(chunk) = reader.next_chunk()? {
        all.extend(chunk);
    }
    Ok(all)
}

fn small() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("code", b"abc".repeat(40)),
        ("graph", Vec::new()),
        ("buffers", vec![7]),
    ]
}

#[test]
fn what_is_written_is_read() {
    let noise: Vec<u8> = (0..3_000_000_u64)
        .map(|n| (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as u8)
        .collect();
    let key = Key::generate().unwrap();
    let keys = Keys(vec![Key::generate().unwrap(), key.clone()]);
    let sections = [("code", vec![1; 5_000_000]), ("buffers", noise.clone())];
    let bytes = written(&sections, Some(&key));
    assert!(bytes.len() < noise.len() + 200_000, "{}", bytes.len());
    let reader = Reader::open(Cursor::new(bytes.clone()), &Trust::Sealed(&keys)).unwrap();
    assert_eq!(reader.manifest(), MANIFEST);
    assert_eq!(reader.key().unwrap().to_string(), key.id().to_string());
    let told: Vec<_> = reader
        .sections()
        .map(|(name, extent)| (name, extent.length))
        .collect();
    assert_eq!(told, [("code", 5_000_000), ("buffers", 3_000_000)]);
    let all: Vec<u8> = sections.into_iter().flat_map(|(_, bytes)| bytes).collect();
    assert!(content(&bytes, &Trust::Sealed(&keys)).unwrap() == all);
}

#[test]
fn cut_anywhere_it_is_refused() {
    let key = Key::generate().unwrap();
    let bytes = written(&small(), Some(&key));
    let keys = Keys(vec![key]);
    for length in 0..bytes.len() {
        match content(&bytes[..length], &Trust::Sealed(&keys)) {
            Err(Error::NotAnImage(_)) if length < 8 => {}
            Err(Error::Damaged(_)) if length >= 8 => {}
            other => panic!("cut at {length}: {other:?}"),
        }
    }
}

#[test]
fn changed_anywhere_it_is_refused() {
    let key = Key::generate().unwrap();
    let bytes = written(&small(), Some(&key));
    let keys = Keys(vec![key]);
    for position in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[position] ^= 1 << bit;
            assert!(
                content(&changed, &Trust::Sealed(&keys)).is_err(),
                "byte {position} bit {bit}"
            );
        }
    }
}

#[test]
fn only_a_known_key_opens_it() {
    let key = Key::generate().unwrap();
    let others = Keys(vec![Key::generate().unwrap()]);
    let sealed = written(&small(), Some(&key));
    assert!(matches!(
        content(&sealed, &Trust::Sealed(&others)),
        Err(Error::OtherKey(_))
    ));
    let unsealed = written(&small(), None);
    assert!(matches!(
        content(&unsealed, &Trust::Sealed(&others)),
        Err(Error::NotSealed)
    ));
    assert!(content(&unsealed, &Trust::Anyone).is_ok());
    assert!(content(&sealed, &Trust::Anyone).is_ok());
}

#[test]
fn a_key_survives_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let key = Key::generate().unwrap();
    key.write(&path).unwrap();
    assert_eq!(Key::read(&path).unwrap().line(), key.line());
    assert!(
        key.write(&path).is_err(),
        "an existing key is never overwritten"
    );
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    assert!(matches!(Key::read(&path), Err(Error::Key(_))));
    for line in [
        "",
        "pyteleport-key-1 12",
        &format!("pyteleport-key-1 {}", "é".repeat(32)),
    ] {
        assert!(Key::parse(line).is_err());
    }
}

#[test]
fn a_file_is_replaced_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.tp");
    let mut one = AtomicFile::create(&path).unwrap();
    std::io::Write::write_all(&mut one, b"one").unwrap();
    one.commit().unwrap();
    let mut two = AtomicFile::create(&path).unwrap();
    std::io::Write::write_all(&mut two, b"two").unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"one");
    drop(two);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = content(&bytes, &Trust::Anyone);
        let mut start = image::MAGIC.to_vec();
        start.extend(bytes);
        let _ = content(&start, &Trust::Anyone);
    }

    #[test]
    fn any_sections_come_back(parts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..3000), 0..5)) {
        let sections: Vec<_> = parts.iter().map(|part| ("graph", part.clone())).collect();
        prop_assert_eq!(content(&written(&sections, None), &Trust::Anyone).unwrap(), parts.concat());
    }
}

#[test]
fn a_chunk_that_claims_too_much_is_refused() {
    let table = format!(
        r#"{{"sections":[{{"name":"x","chunks":[{{"length":{},"stored":3,"codec":"zstd","hash":""}}]}}]}}"#,
        LARGEST_CHUNK as u64 + 1
    );
    let mut bytes = written(&[], None);
    bytes.truncate(16 + MANIFEST.len());
    let head = bytes.clone();
    bytes.extend(b"abc");
    let offset = bytes.len() as u64;
    bytes.extend(table.as_bytes());
    let mut hasher = blake3::Hasher::new();
    hasher.update(&head).update(table.as_bytes());
    for part in [
        &offset.to_le_bytes()[..],
        &(table.len() as u64).to_le_bytes(),
        hasher.finalize().as_bytes(),
        &[0; 40],
        &image::MAGIC,
    ] {
        bytes.extend(part);
    }
    match content(&bytes, &Trust::Anyone) {
        Err(Error::Damaged(what)) => assert_eq!(what, "a chunk claims too many bytes"),
        other => panic!("{other:?}"),
    }
}
