//! The tables as diesel sees them: what `diesel print-schema` gives for `migrations/harvester`.
#![expect(
    missing_docs,
    reason = "the migration says what each table and column is"
)]

diesel::table! {
    log (id) {
        id -> Integer,
        origin -> Text,
        member -> Text,
        head_size -> BigInt,
        head_root -> Nullable<Binary>,
        head_note -> Nullable<Binary>,
        mirrored -> BigInt,
        applied -> BigInt,
        rules -> Integer,
    }
}

diesel::table! {
    verified_window (sequence) {
        sequence -> BigInt,
        log -> Integer,
        first -> BigInt,
        behind -> BigInt,
        verified_at -> Text,
        visible_at -> Text,
    }
}

diesel::table! {
    resource (id) {
        id -> BigInt,
        accession -> Text,
        study -> Nullable<Text>,
        puts -> BigInt,
        state -> Nullable<Integer>,
        reason -> Nullable<Text>,
        successor -> Nullable<Text>,
    }
}

diesel::table! {
    entry (log, place) {
        log -> Integer,
        place -> BigInt,
        class -> Integer,
        bytes -> Nullable<Integer>,
        resource -> Nullable<BigInt>,
        version -> Nullable<BigInt>,
        digest -> Nullable<Binary>,
        size -> Nullable<BigInt>,
        sequence -> BigInt,
    }
}

diesel::table! {
    class_count (log, class) {
        log -> Integer,
        class -> Integer,
        entries -> BigInt,
    }
}

diesel::table! {
    quarantine (log, place) {
        log -> Integer,
        place -> BigInt,
        code -> Text,
        sentence -> Text,
    }
}

diesel::table! {
    redaction (accession, digest) {
        accession -> Text,
        digest -> Binary,
    }
}

diesel::table! {
    promise (log, place) {
        log -> Integer,
        place -> BigInt,
        accession -> Text,
        commitment -> Binary,
    }
}

diesel::table! {
    warning (log, place, number) {
        log -> Integer,
        place -> BigInt,
        number -> Integer,
        sentence -> Text,
    }
}

diesel::table! {
    broken_bundle (log, bundle) {
        log -> Integer,
        bundle -> BigInt,
        is_absent -> Bool,
        sentence -> Text,
    }
}

diesel::table! {
    erasure (log, place) {
        log -> Integer,
        place -> BigInt,
        digest -> Binary,
        sequence -> BigInt,
    }
}

diesel::table! {
    run (member) {
        member -> Text,
        state -> Text,
        detail -> Text,
        started_at -> Text,
        seconds -> Double,
        fetched -> BigInt,
        current_at -> Nullable<Text>,
        stale_since -> Nullable<Text>,
        failures -> Integer,
    }
}

diesel::table! {
    fork (log) {
        log -> Integer,
        found_at -> Text,
        sentence -> Text,
    }
}

diesel::table! {
    state (id) {
        id -> Text,
        document -> Binary,
        sequence -> BigInt,
        made_at -> Text,
    }
}

diesel::table! {
    announcement (sequence, place) {
        sequence -> BigInt,
        place -> BigInt,
        log -> Integer,
        resource -> BigInt,
        version -> Nullable<BigInt>,
        next -> Nullable<BigInt>,
    }
}

diesel::table! {
    identity (only_row) {
        only_row -> Integer,
        name -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    announcement,
    entry,
    resource,
    verified_window,
    log,
    quarantine
);
