//! Stores: what is shared is written once, and only what nobody needs is deleted.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::time::Duration;

use image::{Directory, Key, Keys, Reader, Store, Stored, Trust};

const MANIFEST: &str = "{}";
const MEGABYTE: usize = 1 << 20;

fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let step = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    std::iter::repeat_with(step)
        .flatten()
        .take(length)
        .collect()
}

fn store(folder: &Path) -> Store<Directory> {
    Store::new(Directory(folder.to_owned()))
}

fn write(store: &Store<Directory>, name: &str, bytes: &[u8]) -> Stored {
    let mut writer = store.writer(name, MANIFEST, None).unwrap();
    writer.section("buffers").unwrap();
    for piece in bytes.chunks(777_777) {
        writer.write(piece).unwrap();
    }
    writer.finish().unwrap()
}

fn read_all(mut reader: Reader) -> image::Result<Vec<u8>> {
    let mut all = Vec::new();
    while let Some(chunk) = reader.next_chunk()? {
        all.extend(chunk);
    }
    Ok(all)
}

fn newest(store: &Store<Directory>, name: &str) -> Vec<u8> {
    let image = store.of(name).unwrap().into_iter().next().unwrap();
    read_all(store.open(&image, &Trust::Anyone).unwrap()).unwrap()
}

#[test]
fn a_second_image_costs_what_changed() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let mut state = noise(64 * MEGABYTE, 1);
    let first = write(&store, "run", &state);
    assert_eq!((first.number, first.length), (1, state.len() as u64));
    // One percent changes: in ten places; and in front of one of them there is more than before.
    for place in 0..10 {
        let start = place * 6 * MEGABYTE;
        state[start..start + 64 * 1024].copy_from_slice(&noise(64 * 1024, place as u64 + 9));
    }
    state.splice(3 * MEGABYTE..3 * MEGABYTE, noise(1000, 5));
    let second = write(&store, "run", &state);
    assert_eq!(second.number, 2);
    let share = second.written as f64 / second.length as f64;
    assert!(share < 0.03, "{share}");
    assert!(newest(&store, "run") == state);
    let third = write(&store, "another/name", &state);
    assert_eq!(third.number, 1);
    assert!(third.written < 300_000, "{}", third.written);
}

#[test]
fn how_it_was_split_over_calls_makes_no_difference() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let bytes = noise(3 * MEGABYTE, 3);
    write(&store, "run", &bytes);
    let mut writer = store.writer("run", MANIFEST, None).unwrap();
    writer.section("buffers").unwrap();
    writer.write(&bytes).unwrap();
    let again = writer.finish().unwrap();
    assert!(again.written < 20_000, "{}", again.written);
}

#[test]
fn only_what_nobody_needs_is_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let common = noise(2 * MEGABYTE, 1);
    let first = [common.clone(), noise(3 * MEGABYTE, 2)].concat();
    let second = [common, noise(MEGABYTE, 3)].concat();
    write(&store, "run", &first);
    write(&store, "run", &second);
    assert_eq!(store.collect(Some(Duration::ZERO)).unwrap().deleted, 0);
    assert_eq!(store.prune("run", 1).unwrap(), 1);
    // With a grace nothing goes at once.
    assert_eq!(store.collect(None).unwrap().deleted, 0);
    assert!(newest(&store, "run") == second);
    let done = store.collect(Some(Duration::ZERO)).unwrap();
    assert!(done.deleted >= 3 * MEGABYTE as u64, "{done:?}");
    assert!(newest(&store, "run") == second);
    assert_eq!(store.verify(None).unwrap().whole, 1);
    assert!(size(folder.path()) < 3 * MEGABYTE as u64 + 100_000 + MEGABYTE as u64 / 4);
}

#[test]
fn what_was_doomed_and_is_needed_again_stays() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let bytes = noise(MEGABYTE, 1);
    write(&store, "run", &bytes);
    // A writer that began before the image was deleted builds on its chunks.
    let mut late = store.writer("late", MANIFEST, None).unwrap();
    store.prune("run", 0).unwrap();
    assert_eq!(store.collect(None).unwrap().doomed, 1);
    late.section("buffers").unwrap();
    late.write(&bytes).unwrap();
    assert!(late.finish().unwrap().written < 10_000);
    assert_eq!(store.collect(Some(Duration::ZERO)).unwrap().deleted, 0);
    assert!(newest(&store, "late") == bytes);
}

#[test]
fn a_crash_at_any_step_harms_no_image() {
    let bytes = noise(MEGABYTE, 4);
    for step in 0..3 {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        write(&store, "run", &bytes);
        let before = newest(&store, "run");
        write(&store, "run", &noise(MEGABYTE, 5));
        // As if the second writer had died: before its image, before its index, in its packs.
        let images = folder.path().join("images/run");
        remove_newest(&images);
        if step > 0 {
            remove_newest(&folder.path().join("indexes"));
        }
        if step > 1 {
            fs::write(folder.path().join("packs/.half.1-0.tmp"), b"half").unwrap();
        }
        assert!(newest(&store, "run") == before);
        let done = store.collect(Some(Duration::ZERO)).unwrap();
        assert!(done.deleted >= MEGABYTE as u64, "step {step}: {done:?}");
        assert!(newest(&store, "run") == before);
        assert_eq!(write(&store, "run", &bytes).number, 2);
    }
}

#[test]
fn two_writers_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let threads: Vec<_> = (0..4_u64)
        .map(|number| {
            let store = store(folder.path());
            std::thread::spawn(move || {
                for round in 0..5 {
                    write(&store, "run", &noise(300_000, number * 10 + round));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let store = store(folder.path());
    assert_eq!(store.of("run").unwrap().len(), 20);
    assert_eq!(store.verify(None).unwrap().whole, 20);
}

#[test]
fn damage_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let key = Key::generate().unwrap();
    let mut writer = store.writer("run", MANIFEST, Some(key.clone())).unwrap();
    writer.section("graph").unwrap();
    writer.write(&noise(200_000, 1)).unwrap();
    writer.finish().unwrap();
    assert_eq!(store.verify(Some(&Keys(vec![key]))).unwrap().whole, 1);
    assert_eq!(
        store.verify(Some(&Keys::default())).unwrap().damaged.len(),
        1
    );
    let pack = fs::read_dir(folder.path().join("packs"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let mut bytes = fs::read(&pack).unwrap();
    bytes[100_000] ^= 1;
    fs::write(&pack, &bytes).unwrap();
    assert_eq!(store.verify(None).unwrap().damaged.len(), 1);
    fs::remove_file(&pack).unwrap();
    assert_eq!(store.verify(None).unwrap().damaged.len(), 1);
}

#[test]
fn names_stay_inside() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["", "..", "a/../b", "/a", "a//b", ".hidden", "a\nb"] {
        assert!(
            store(folder.path()).writer(name, MANIFEST, None).is_err(),
            "{name:?}"
        );
    }
}

fn remove_newest(folder: &Path) {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort_by_key(|path| fs::metadata(path).unwrap().modified().unwrap());
    fs::remove_file(files.pop().unwrap()).unwrap();
}

fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .map(|path| {
            if path.is_dir() {
                size(&path)
            } else {
                fs::metadata(&path).unwrap().len()
            }
        })
        .sum()
}
