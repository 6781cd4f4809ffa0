//! Token stores: a file is whole or an error, and no process overwrites the token of another.

use std::fs;
use std::path::Path;

use opentrain::token_store::{FileTokenStore, MemoryTokenStore, SavedToken, TokenStore};

use crate::support::{TOKEN, chain};

const SERVICE: &str = "https://app.opentrain.ai";

fn saved(token: &str, after: Option<&SavedToken>) -> SavedToken {
    SavedToken::new(SERVICE, token).after(after)
}

async fn replaces_only_what_it_expects(store: &dyn TokenStore) {
    assert_eq!(store.load().await.unwrap(), None);
    let first = saved(TOKEN, None);
    assert!(store.replace(None, &first).await.unwrap());
    assert_eq!(store.load().await.unwrap().as_ref(), Some(&first));
    let second = saved("ot_pat_example_0001", Some(&first));
    assert_eq!((first.revision(), second.revision()), (1, 2));
    // Another process that has not seen the first.
    assert!(!store.replace(None, &second).await.unwrap());
    assert!(store.replace(Some(&first), &second).await.unwrap());
    assert!(!store.replace(Some(&first), &first).await.unwrap());
    assert_eq!(store.load().await.unwrap(), Some(second));
}

#[tokio::test]
async fn every_store_replaces_only_what_it_expects() {
    replaces_only_what_it_expects(&MemoryTokenStore::new()).await;
    let folder = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(folder.path().join("token.json"));
    replaces_only_what_it_expects(&store).await;
    replaces_only_what_it_expects(&std::sync::Arc::new(MemoryTokenStore::new())).await;
}

async fn file_with_token(folder: &Path) -> (FileTokenStore, SavedToken) {
    let store = FileTokenStore::new(folder.join("token.json"));
    let first = saved(TOKEN, None);
    assert!(store.replace(None, &first).await.unwrap());
    (store, first)
}

#[tokio::test]
async fn a_file_that_was_cut_anywhere_is_an_error_without_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let (store, first) = file_with_token(folder.path()).await;
    let path = folder.path().join("token.json");
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let error = store.load().await.unwrap_err();
        let text = chain(error.as_ref());
        assert!(
            text.contains("token.json") && text.contains("damaged"),
            "{text}"
        );
        assert!(!format!("{text}{error:?}").contains("ot_pat"), "{text}");
        // Nor is it taken for an empty store.
        assert!(store.replace(None, &first).await.is_err());
        assert_eq!(fs::read(&path).unwrap().len(), length);
    }
    fs::write(
        &path,
        r#"{"revision":1,"baseUrl":"x","state":"ot_pat_example_0000"}"#,
    )
    .unwrap();
    let error = store.load().await.unwrap_err();
    assert!(!chain(error.as_ref()).contains("ot_pat"));
}

#[tokio::test]
async fn a_replacement_that_was_interrupted_leaves_the_value_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let (store, first) = file_with_token(folder.path()).await;
    fs::write(folder.path().join("token.json.next"), "{\"revi").unwrap();
    assert_eq!(store.load().await.unwrap().as_ref(), Some(&first));
    let second = saved("ot_pat_example_0001", Some(&first));
    assert!(store.replace(Some(&first), &second).await.unwrap());
    assert_eq!(store.load().await.unwrap(), Some(second));
    assert!(!folder.path().join("token.json.next").exists());
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_an_error_and_stays_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (store, first) = file_with_token(folder.path()).await;
    // Neither a file nor a link can take the place of a folder that is not empty.
    fs::create_dir_all(folder.path().join("token.json.next/x")).unwrap();
    let second = saved("ot_pat_example_0001", Some(&first));
    let error = store.replace(Some(&first), &second).await.unwrap_err();
    assert!(chain(error.as_ref()).contains("cannot be replaced"));
    assert_eq!(store.load().await.unwrap(), Some(first));
    let nowhere = FileTokenStore::new(folder.path().join("no/token.json"));
    assert_eq!(nowhere.load().await.unwrap(), None);
    let error = nowhere.replace(None, &second).await.unwrap_err();
    assert!(chain(error.as_ref()).contains("cannot be found"));
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_its_owners_alone_and_a_link_stays_a_link() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let (_, first) = file_with_token(folder.path()).await;
    let link = folder.path().join("link.json");
    std::os::unix::fs::symlink(folder.path().join("token.json"), &link).unwrap();
    let store = FileTokenStore::new(&link);
    let second = saved("ot_pat_example_0001", Some(&first));
    assert!(store.replace(Some(&first), &second).await.unwrap());
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    for name in ["token.json", "token.json.lock"] {
        let mode = fs::metadata(folder.path().join(name))
            .unwrap()
            .permissions();
        assert_eq!(mode.mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_saved_token_shows_no_secret_and_reads_back_the_same() {
    let token = saved(TOKEN, None);
    assert!(!format!("{token:?} {:?}", MemoryTokenStore::new()).contains(TOKEN));
    let json = serde_json::to_string(&token).unwrap();
    assert_eq!(serde_json::from_str::<SavedToken>(&json).unwrap(), token);
    assert_eq!(token.access_token().unwrap().expose(), TOKEN);
    assert_eq!(token.base_url(), SERVICE);
}
