//! Three real archives as one federation: BioImage Archive, IDR and SSBD publish their studies from nodes of their own, and one
//! harvester answers for all of them. What it answers is judged by counting over the bare JSON of the archives' crates.
//!
//! The crates are not part of the repository: where they are absent the stories are skipped, and fail where `CI` is set.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod archives;
mod disturbed;
mod facets;
mod finding;
mod killed;
mod members;
mod ontology;
mod portal;
mod queries;
mod same_question;
mod study;

use archives::Archives;
use ontology::Ontology;
use portal::Portal;
use tests::federation::Founding;

/// The programs, built by cargo for these tests.
const NODE: &str = env!("CARGO_BIN_EXE_omma-node-tested");
const HARVESTER: &str = env!("CARGO_BIN_EXE_omma-harvester-tested");

// Each test is a process of its own and publishes the archives anew, which is most of its time: so there are two, with steps.

#[test]
fn one_question_is_answered_over_three_archives_as_counting_by_hand_answers_it() {
    let Some(archives) = Archives::published() else {
        return;
    };
    let ontology = Ontology::read();
    let studies = archives.studies(&ontology);
    let federation = archives.join(Founding::new(HARVESTER));
    federation.sync();
    let served = federation.serve();
    let portal = Portal::of(&served);
    members::all_are_there_and_their_counts_add_up(&portal, &archives);
    finding::a_search_and_a_query_find_the_same_in_all_archives(&portal, &studies);
    facets::each_facet_is_counted_as_by_hand(&portal, &studies, &ontology);
    same_question::a_search_and_its_query_find_the_same(&portal);
    finding::a_cursor_goes_through_everything_once(&portal, &studies);
    finding::exports_hold_what_the_pages_hold(&portal, &studies);
    finding::identifiers_come_first(&portal, &studies);
    finding::titles_come_before_texts(&portal, &studies);
    finding::beginnings_are_completed(&portal, &studies, &ontology);
    queries::each_finds_what_is_there(&portal, &studies, &ontology);
}

#[test]
fn what_is_altered_or_killed_heals_and_nothing_is_lost_or_doubled() {
    let Some(archives) = Archives::published() else {
        return;
    };
    let federation = archives.join(Founding::new(HARVESTER));
    // of one roster, and none of them has harvested anything
    let (undisturbed, killed) = (federation.copy(), federation.copy());
    disturbed::an_altered_byte_harms_its_own_member_only(&federation, &archives);
    killed::whenever_it_is_killed_the_next_run_completes_it(&undisturbed, &killed, &archives);
}
