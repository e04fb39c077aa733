//! The tables as diesel sees them: what `diesel print-schema` gives for `migrations/node`.
#![expect(
    missing_docs,
    reason = "the migration says what each table and column is"
)]

diesel::table! {
    log_position (only_row) {
        only_row -> Integer,
        size -> BigInt,
        root -> Text,
    }
}

diesel::table! {
    record (id, version) {
        id -> Text,
        version -> BigInt,
        kind -> Text,
        study -> Nullable<Text>,
        digest -> Text,
        size -> BigInt,
        log_index -> BigInt,
        time -> Text,
        redacted -> Bool,
    }
}

diesel::table! {
    standing (id) {
        id -> Text,
        operation -> Text,
        reason -> Text,
        replaced_by -> Nullable<Text>,
        log_index -> BigInt,
        time -> Text,
    }
}

diesel::table! {
    study (id) {
        id -> Text,
        serial -> BigInt,
        source_key -> Text,
        latest_version -> BigInt,
        fingerprint -> Text,
        title -> Text,
        released -> Nullable<Text>,
        issued -> Text,
        modified -> Text,
        catalogued -> Bool,
        images -> BigInt,
        files -> BigInt,
        bytes -> BigInt,
        picture -> Nullable<Text>,
    }
}

diesel::table! {
    image (id) {
        id -> Text,
        study -> Text,
        serial -> BigInt,
        image_key -> Text,
        title -> Text,
        fingerprint -> Text,
        files_version -> BigInt,
        present -> Bool,
    }
}

diesel::table! {
    file (study, path, since) {
        study -> Text,
        path -> Text,
        since -> BigInt,
        until -> Nullable<BigInt>,
        bytes -> BigInt,
        sha256 -> Text,
        media_type -> Text,
        image -> Nullable<Text>,
        content_key -> Nullable<Text>,
    }
}

diesel::table! {
    announcement (log_index) {
        log_index -> BigInt,
        study -> Text,
        version -> Nullable<BigInt>,
        datestamp -> Text,
        next -> Nullable<BigInt>,
    }
}

diesel::table! {
    study_text (study) {
        study -> Text,
        text -> Text,
    }
}

diesel::table! {
    facet (study, kind, value) {
        study -> Text,
        kind -> Text,
        value -> Text,
        label -> Text,
    }
}

diesel::table! {
    manifest (study, version) {
        study -> Text,
        version -> BigInt,
        content_key -> Text,
        sha256 -> Text,
    }
}

diesel::table! {
    derivation (image) {
        image -> Text,
        study -> Text,
        version -> BigInt,
        state -> Text,
        reason -> Nullable<Text>,
        attempts -> BigInt,
        not_before -> BigInt,
        holder -> Nullable<Text>,
        held_until -> BigInt,
        turn -> BigInt,
        place -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    log_position,
    record,
    standing,
    study,
    image,
    file,
    study_text,
    facet,
    manifest,
    derivation,
);
