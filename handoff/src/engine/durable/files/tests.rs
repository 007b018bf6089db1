use super::*;
use crate::contract::Contract;
use crate::engine::durable::{Head, Store as _};
use crate::trace::{SpanId, TraceId};
use serde_json::value::RawValue;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::{env, process, thread};

/// A folder of a test's own, which goes away with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("handoff-files-{}-{number}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        Self(folder)
    }

    fn files(&self) -> Files {
        Files::open(&self.0, Durability::Process).unwrap()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn head(id: &str) -> Entry {
    Entry::Run(Box::new(Head {
        version: 1,
        id: id.to_owned(),
        pipeline: "p".to_owned(),
        trace_id: TraceId::from_bytes([7; 16]).unwrap(),
        parent: None,
        at: 0,
        deadline: None,
        redacted: false,
        shape: "ab".to_owned(),
        schema: String::fingerprint(),
        input: RawValue::from_string("\"secret\"".to_owned()).unwrap(),
    }))
}

fn fired(place: &str) -> Entry {
    Entry::Fired { place: place.to_owned() }
}

fn ended() -> Entry {
    Entry::Ended { at: 9, envelope: None, error: None }
}

fn append(held: &mut Held, entries: &[Entry]) -> Result<(), JournalError> {
    let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
    tokio.block_on(held.append(entries))
}

/// The run, and how many entries it has.
#[track_caller]
fn held(files: &Files, id: &str, take: Take) -> (Held, usize) {
    match files.take(id, take).unwrap() {
        Taken::Held(held, entries) => (held, entries.len()),
        other => panic!("{other:?}"),
    }
}

/// A run that has ended.
fn end(files: &Files, id: &str) {
    let (mut held, _) = held(files, id, Take::Begin);
    append(&mut held, &[head(id), fired("0"), ended()]).unwrap();
    held.end().unwrap();
}

#[test]
fn what_is_kept_is_there_for_the_next_and_nobody_else_has_it_meanwhile() {
    let folder = Folder::new();
    for durability in [Durability::Process, Durability::Disk] {
        let id = format!("{durability:?}/1");
        let files = Files::open(&folder.0, durability).unwrap();
        let (mut first, entries) = held(&files, &id, Take::Begin);
        assert_eq!(entries, 0);
        append(&mut first, &[head(&id)]).unwrap();
        append(&mut first, &[fired("0"), fired("1")]).unwrap();
        for take in [Take::Begin, Take::Resume, Take::Again] {
            assert_eq!(files.take(&id, take).unwrap_err(), JournalError::UnderWay { id: id.clone() });
        }
        assert_eq!(files.remove(&id), Err(JournalError::UnderWay { id: id.clone() }));
        // Whoever only wants to know of it is not kept from that.
        assert_eq!(files.runs(Part::Open).unwrap().find(|run| run.0 == id).unwrap().1.unwrap().len(), 3);
        drop(first);
        assert_eq!(held(&files, &id, Take::Resume).1, 3);
    }
}

#[test]
fn a_run_that_nobody_began_leaves_nothing_behind() {
    let folder = Folder::new();
    let files = folder.files();
    assert!(matches!(files.take("x", Take::Resume).unwrap(), Taken::Nothing));
    assert!(matches!(files.take("x", Take::Again).unwrap(), Taken::Nothing));
    assert_eq!(files.remove("x"), Ok(false));
    drop(held(&files, "x", Take::Begin));
    // Its process was killed before anything was written.
    fs::write(folder.file("open/y.jsonl"), "").unwrap();
    assert!(matches!(files.take("y", Take::Resume).unwrap(), Taken::Nothing));
    assert_eq!(fs::read_dir(folder.file("open")).unwrap().count(), 0);
}

#[test]
fn an_ended_run_is_elsewhere_and_comes_back_to_be_tried_again() {
    let folder = Folder::new();
    let files = folder.files();
    end(&files, "x");
    assert!(folder.file("ended/x.jsonl").exists() && !folder.file("open/x.jsonl").exists());
    for take in [Take::Begin, Take::Resume] {
        let Taken::Ended(entries) = files.take("x", take).unwrap() else { panic!() };
        assert_eq!(entries.len(), 3);
    }
    assert!(!folder.file("open/x.jsonl").exists());
    let (mut again, entries) = held(&files, "x", Take::Again);
    assert_eq!(entries, 3);
    assert!(!folder.file("ended/x.jsonl").exists() && folder.file("open/x.jsonl").exists());
    assert_eq!(files.take("x", Take::Again).unwrap_err(), JournalError::UnderWay { id: "x".to_owned() });
    append(&mut again, &[Entry::Again { at: 1 }, ended()]).unwrap();
    again.end().unwrap();
    let Taken::Ended(entries) = files.take("x", Take::Begin).unwrap() else { panic!() };
    assert_eq!(entries.len(), 5);
    assert_eq!((files.remove("x"), files.remove("x")), (Ok(true), Ok(false)));
    assert!(matches!(files.take("x", Take::Resume).unwrap(), Taken::Nothing));
}

#[test]
fn a_file_that_is_moved_between_its_opening_and_its_lock_is_not_taken() {
    let folder = Folder::new();
    let files = folder.files();
    let (mut held, _) = held(&files, "x", Take::Begin);
    append(&mut held, &[head("x"), ended()]).unwrap();
    let path = folder.file("open/x.jsonl");
    let opened = || File::open(&path).unwrap();
    let (first, second, third) = (opened(), opened(), opened());
    assert_eq!(locked(first, &path, "x").unwrap_err(), JournalError::UnderWay { id: "x".to_owned() });
    held.end().unwrap();
    assert!(locked(second, &path, "x").unwrap().is_none());
    // Nor where there is another one by now.
    fs::write(&path, "").unwrap();
    assert!(locked(third, &path, "x").unwrap().is_none());
}

#[test]
fn an_end_that_was_not_seen_to_is_with_the_entries() {
    let folder = Folder::new();
    let files = folder.files();
    let (mut first, _) = held(&files, "x", Take::Begin);
    append(&mut first, &[head("x"), ended()]).unwrap();
    // Killed before its file was moved.
    drop(first);
    let (second, entries) = held(&files, "x", Take::Begin);
    assert_eq!(entries, 2);
    second.end().unwrap();
    assert!(matches!(files.take("x", Take::Begin).unwrap(), Taken::Ended(_)));
}

#[test]
fn half_a_line_and_zeros_are_cut_off_by_whoever_has_the_run() {
    let folder = Folder::new();
    let files = folder.files();
    let (mut first, _) = held(&files, "x", Take::Begin);
    append(&mut first, &[head("x"), fired("0"), fired("1")]).unwrap();
    drop(first);
    let path = folder.file("open/x.jsonl");
    let whole = fs::read(&path).unwrap();
    for torn in [[&whole[..], &whole[..whole.len() / 2]].concat(), [&whole[..], &[0; 300]].concat()] {
        fs::write(&path, &torn).unwrap();
        assert_eq!(files.runs(Part::Open).unwrap().next().unwrap().1.unwrap().len(), 3);
        assert_eq!(fs::read(&path).unwrap(), torn, "whoever looks changes nothing");
        assert_eq!(held(&files, "x", Take::Resume).1, 3);
        assert_eq!(fs::read(&path).unwrap(), whole);
    }
    // Not even its first line was written: it had not begun.
    fs::write(&path, &whole[..20]).unwrap();
    assert!(matches!(files.take("x", Take::Resume).unwrap(), Taken::Nothing));
}

#[test]
fn damage_before_the_end_is_told_with_its_line_and_nothing_is_touched() {
    let folder = Folder::new();
    let files = folder.files();
    end(&files, "other");
    for (part, name) in [(Part::Open, "open/x.jsonl"), (Part::Ended, "ended/x.jsonl")] {
        end(&files, "x");
        fs::rename(folder.file("ended/x.jsonl"), folder.file(name)).unwrap();
        let text = fs::read_to_string(folder.file(name)).unwrap();
        let damaged = text.replacen(r#""place":"0""#, r#""place":"1""#, 1);
        fs::write(folder.file(name), &damaged).unwrap();
        let told = JournalError::Unreadable {
            id: "x".to_owned(),
            reason: "line 2: its checksum is that of something else: it was changed".to_owned(),
        };
        for take in [Take::Begin, Take::Resume, Take::Again] {
            assert_eq!(files.take("x", take).unwrap_err(), told, "{take:?} {name}");
        }
        assert_eq!(fs::read_to_string(folder.file(name)).unwrap(), damaged);
        let runs: Vec<_> = files.runs(part).unwrap().map(|(id, entries)| (id, entries.is_ok())).collect();
        assert!(runs.contains(&("x".to_owned(), false)), "{runs:?}");
        // It can be got rid of.
        assert_eq!(files.remove("x"), Ok(true));
    }
    assert_eq!(files.runs(Part::Ended).unwrap().count(), 1);
}

#[test]
fn a_file_is_that_of_the_run_in_it() {
    let folder = Folder::new();
    let files = folder.files();
    end(&files, "x");
    fs::rename(folder.file("ended/x.jsonl"), folder.file("ended/y.jsonl")).unwrap();
    let told = JournalError::Unreadable { id: "y".to_owned(), reason: "it is of run `x`".to_owned() };
    assert_eq!(files.take("y", Take::Begin).unwrap_err(), told);
    fs::copy(folder.file("ended/y.jsonl"), folder.file("ended/x.jsonl")).unwrap();
    fs::copy(folder.file("ended/y.jsonl"), folder.file("open/x.jsonl")).unwrap();
    let error = files.take("x", Take::Again).unwrap_err();
    assert!(
        matches!(&error, JournalError::Unreadable { reason, .. } if reason.starts_with("there are two files of it, "))
    );
    let lines = fs::read_to_string(folder.file("ended/x.jsonl")).unwrap();
    fs::write(folder.file("open/z.jsonl"), lines.split_once('\n').unwrap().1).unwrap();
    let told =
        JournalError::Unreadable { id: "z".to_owned(), reason: "it does not begin with the run".to_owned() };
    assert_eq!(files.take("z", Take::Resume).unwrap_err(), told);
}

#[test]
fn what_is_redacted_is_in_no_file_any_more() {
    let folder = Folder::new();
    let files = folder.files();
    assert_eq!(files.redact("x"), Ok(false));
    let (first, _) = held(&files, "x", Take::Begin);
    assert_eq!(files.redact("x"), Err(JournalError::UnderWay { id: "x".to_owned() }));
    drop(first);
    end(&files, "x");
    assert!(fs::read_to_string(folder.file("ended/x.jsonl")).unwrap().contains("secret"));
    assert_eq!(files.redact("x"), Ok(true));
    assert!(!fs::read_to_string(folder.file("ended/x.jsonl")).unwrap().contains("secret"));
    let Taken::Ended(entries) = files.take("x", Take::Begin).unwrap() else { panic!() };
    assert!(matches!(&entries[..], [Entry::Run(head), _, Entry::Ended { .. }] if head.redacted));
    for part in ["open", "ended"] {
        assert_eq!(fs::read_dir(folder.file(part)).unwrap().count(), usize::from(part == "ended"));
    }
}

#[test]
fn answers_are_redacted_too_and_so_is_what_has_ended_and_was_not_seen_to() {
    let folder = Folder::new();
    let files = folder.files();
    end(&files, "x");
    let (mut held, _) = held(&files, "y", Take::Begin);
    append(&mut held, &[head("y"), ended()]).unwrap();
    // Killed before its file was moved, and before its answers were.
    drop(held);
    for id in ["x", "y"] {
        files.put_answer(id, SpanId::random(), "\"secret\"").unwrap();
        assert_eq!(files.redact(id), Ok(true));
        assert!(!fs::read_to_string(folder.file(&format!("ended/{id}.jsonl"))).unwrap().contains("secret"));
    }
    for part in ["open", "answers"] {
        assert_eq!(fs::read_dir(folder.file(part)).unwrap().count(), 0, "{part}");
    }
    // One that has not ended stays as it is.
    let (mut held, _) = self::held(&files, "z", Take::Begin);
    append(&mut held, &[head("z")]).unwrap();
    drop(held);
    assert_eq!(files.redact("z"), Ok(false));
    assert!(fs::read_to_string(folder.file("open/z.jsonl")).unwrap().contains("secret"));
}

/// The machine went down when it was tried again, and where the file was put did not outlive that.
#[test]
fn a_run_without_an_end_has_not_ended_wherever_it_is() {
    let folder = Folder::new();
    let files = folder.files();
    for take in [Take::Begin, Take::Resume, Take::Again] {
        end(&files, "x");
        let (mut again, _) = held(&files, "x", Take::Again);
        append(&mut again, &[Entry::Again { at: 1 }]).unwrap();
        drop(again);
        fs::rename(folder.file("open/x.jsonl"), folder.file("ended/x.jsonl")).unwrap();
        assert_eq!(held(&files, "x", take).1, 4, "{take:?}");
        assert!(!folder.file("ended/x.jsonl").exists());
        assert_eq!(files.remove("x"), Ok(true));
    }
}

#[test]
fn what_was_tried_again_meanwhile_is_not_removed_for_its_age() {
    let folder = Folder::new();
    let files = folder.files();
    end(&files, "x");
    let (mut again, _) = held(&files, "x", Take::Again);
    assert_eq!(files.remove_ended("x", 9), Err(JournalError::UnderWay { id: "x".to_owned() }));
    append(&mut again, &[Entry::Again { at: 10 }]).unwrap();
    drop(again);
    assert_eq!(files.remove_ended("x", 9), Ok(false));
    let (mut again, _) = held(&files, "x", Take::Again);
    append(&mut again, &[Entry::Ended { at: 11, envelope: None, error: None }]).unwrap();
    again.end().unwrap();
    assert_eq!((files.remove_ended("x", 10), files.remove_ended("x", 11)), (Ok(false), Ok(true)));
    for part in ["open", "ended"] {
        assert_eq!(fs::read_dir(folder.file(part)).unwrap().count(), 0, "{part}");
    }
}

#[test]
fn what_another_version_has_written_is_told_with_both() {
    let folder = Folder::new();
    let files = folder.files();
    let Entry::Run(mut newer) = head("x") else { panic!() };
    newer.version = 2;
    let (mut held, _) = held(&files, "x", Take::Begin);
    append(&mut held, &[Entry::Run(newer)]).unwrap();
    drop(held);
    // What this version knows nothing of.
    let path = folder.file("open/x.jsonl");
    let lines = fs::read_to_string(&path).unwrap() + "{\"paused\":{},\"check\":\"0\"}\n";
    fs::write(&path, lines).unwrap();
    let reason = "line 1: it is of version 2, and this version of handoff reads 1".to_owned();
    let told = JournalError::Unreadable { id: "x".to_owned(), reason };
    assert_eq!(files.take("x", Take::Resume).unwrap_err(), told);
}

#[test]
fn any_id_is_a_file_in_its_folder() {
    let folder = Folder::new();
    let files = folder.files();
    let ids = ["../../x", "Run", "run", "RUN", "", "a/b", "nul", "é", "e\u{301}", "x\n\0", ".", "%2e"];
    let long = ["a".repeat(1_000), "a".repeat(999), "é".repeat(500)];
    let ids: Vec<&str> = ids.into_iter().chain(long.iter().map(String::as_str)).collect();
    for id in &ids {
        end(&files, id);
    }
    let mut found: Vec<_> = files.runs(Part::Ended).unwrap().map(|(id, _)| id).collect();
    found.sort();
    let mut expected = ids.clone();
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(fs::read_dir(folder.file("ended")).unwrap().count(), ids.len());
    for id in ids {
        assert!(matches!(files.take(id, Take::Begin).unwrap(), Taken::Ended(_)), "{id}");
    }
}

#[test]
fn other_files_in_the_folder_are_none_of_runs() {
    let folder = Folder::new();
    let files = folder.files();
    fs::write(folder.file("open/x.jsonl.swp"), "…").unwrap();
    fs::write(folder.file("open/notes"), "…").unwrap();
    assert_eq!(files.runs(Part::Open).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_a_run() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let files = folder.files();
    let signal = SpanId::random();
    files.put_answer("x", signal, "1").unwrap();
    files.keep_shape("ab12", "{}").unwrap();
    let modes = [
        ("ended/x.jsonl", 0o600),
        (&format!("answers/x/{signal}.json"), 0o600),
        ("shapes/ab12.json", 0o600),
        ("answers/x", 0o700),
        ("answers", 0o700),
        ("open", 0o700),
        ("ended", 0o700),
        ("shapes", 0o700),
        ("", 0o700),
    ];
    let (mut held, _) = held(&files, "x", Take::Begin);
    append(&mut held, &[head("x")]).unwrap();
    fs::rename(folder.file("open/x.jsonl"), folder.file("ended/x.jsonl")).unwrap();
    for (name, mode) in modes {
        let found = fs::metadata(folder.file(name)).unwrap().permissions().mode();
        assert_eq!(found & 0o777, mode, "{name}");
    }
}

/// A disk that is full, where there is one to write to.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_told_and_nothing_is_half_done() {
    let folder = Folder::new();
    let files = folder.files();
    let (mut held, _) = held(&files, "x", Take::Begin);
    append(&mut held, &[head("x")]).unwrap();
    let kept = fs::read(folder.file("open/x.jsonl")).unwrap();
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let file = held.replace(full);
    let error = append(&mut held, &[fired("0")]).unwrap_err();
    let path = folder.file("open/x.jsonl").display().to_string();
    let reason = format!("{path}: No space left on device (os error 28)");
    assert_eq!(error.to_string(), format!("the journal cannot write the entries: {reason}"));
    held.replace(file);
    assert_eq!(fs::read(folder.file("open/x.jsonl")).unwrap(), kept);
    // `/dev/full` cannot be cut: for all that is known there is half a line.
    let error = append(&mut held, &[fired("0")]).unwrap_err();
    let reason = format!("{path}: the last line is incomplete");
    assert_eq!(error, JournalError::store("write the entries", reason));
}

#[test]
fn a_folder_that_cannot_be_made_is_told_with_its_path() {
    let folder = Folder::new();
    fs::create_dir(&folder.0).unwrap();
    fs::write(folder.file("file"), "").unwrap();
    let error = Files::open(folder.file("file"), Durability::Disk).unwrap_err();
    let path = folder.file("file");
    assert!(
        error.to_string().starts_with(&format!("the journal cannot make the folder: {}", path.display())),
        "{error}"
    );
}

#[test]
fn a_shape_is_kept_once_and_whole() {
    let folder = Folder::new();
    let files = folder.files();
    assert_eq!(files.shape("ab12"), None);
    files.keep_shape("ab12", "{}").unwrap();
    files.keep_shape("ab12", "{\"other\":1}").unwrap();
    assert_eq!(files.shape("ab12").as_deref(), Some("{}"));
    assert_eq!(fs::read_dir(folder.file("shapes")).unwrap().count(), 1);
    fs::write(folder.file("secret.json"), "{}").unwrap();
    assert_eq!((files.shape("../secret"), files.shape("")), (None, None));
}

/// Threads that all want the same runs, as processes do: a lock is of whoever has opened the file.
#[test]
fn of_many_who_want_a_run_one_has_it_and_what_it_kept_is_never_lost() {
    const THREADS: usize = 4;
    const ROUNDS: usize = 300;
    let folder = Folder::new();
    let (have, kept) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let together = Barrier::new(THREADS);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (folder, have, kept, together) = (&folder, &have, &kept, &together);
            scope.spawn(move || {
                let files = folder.files();
                together.wait();
                for round in 0..ROUNDS {
                    let take = match (round + thread) % 3 {
                        0 => Take::Begin,
                        1 => Take::Resume,
                        _ => Take::Again,
                    };
                    match files.take("x", take) {
                        Ok(Taken::Held(mut held, entries)) => {
                            assert_eq!(have.fetch_add(1, Ordering::SeqCst), 0, "two have it");
                            assert_eq!(entries.len(), kept.load(Ordering::SeqCst));
                            let more =
                                if entries.is_empty() { vec![head("x"), ended()] } else { vec![ended()] };
                            append(&mut held, &more).unwrap();
                            kept.fetch_add(more.len(), Ordering::SeqCst);
                            have.fetch_sub(1, Ordering::SeqCst);
                            if round % 2 == 0 {
                                held.end().unwrap();
                            }
                        }
                        Ok(Taken::Ended(entries)) => assert!(entries.len() <= kept.load(Ordering::SeqCst)),
                        Ok(Taken::Nothing) => assert_eq!(kept.load(Ordering::SeqCst), 0),
                        Err(JournalError::UnderWay { .. }) => thread::yield_now(),
                        Err(error) => panic!("{error}"),
                    }
                }
            });
        }
    });
    let found: usize = [Part::Open, Part::Ended]
        .into_iter()
        .flat_map(|part| folder.files().runs(part).unwrap())
        .map(|(_, entries)| entries.unwrap().len())
        .sum();
    assert_eq!(found, kept.into_inner());
    assert!(found > THREADS, "{found}");
}
