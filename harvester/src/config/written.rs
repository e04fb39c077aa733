//! The file that `init` writes: every key, with what it means.

use super::{Fetch, GraphPlace, Poll, Serve, Sparql, TextSettings, ThumbnailSettings};

/// The text of the file that `init` writes.
pub fn text(source: &str, roots: &[String], threshold: u64, allow: &[String]) -> String {
    let defaults = (
        Serve::default(),
        Fetch::default(),
        Sparql::default(),
        Poll::default(),
    );
    let (serve, fetch, sparql, poll) = defaults;
    let heap = TextSettings::default().heap_mib;
    let thumbnails = ThumbnailSettings::default();
    let place = match GraphPlace::default() {
        GraphPlace::Disk => "disk",
        GraphPlace::Memory => "memory",
    };
    format!(
        "# The harvester's settings. A change counts from the next start.\n\
         \n\
         [roster]\n\
         # where the roster is looked for: a file, or an http(s) address\n\
         source = {source:?}\n\
         # the keys that the first roster was checked against, and how many of them had to sign; later ones are checked against\n\
         # the roots that each roster names for the next\n\
         roots = {roots:?}\n\
         threshold = {threshold}\n\
         \n\
         [serve]\n\
         # the address and port that `serve` listens on\n\
         bind = \"{bind}\"\n\
         # the public address, ending in /, where a proxy stands before it\n\
         # base_url = \"https://images.example.org/\"\n\
         # an e-mail address of those who run this harvester, public: OAI-PMH has to name one; without it that is postmaster@ the host\n\
         # contact = \"images@example.org\"\n\
         # the licence of the descriptions, as the members have agreed on it; images have that of their study. Without it CC0 1.0, and \"\"\n\
         # names none\n\
         # metadata_licence = \"{licence}\"\n\
         \n\
         [fetch]\n\
         # ranges of addresses (CIDR) that members may be at besides public ones; private and loopback addresses are refused else\n\
         allow = {allow:?}\n\
         # members harvested at the same time, and the longest run of one in minutes (the next run goes on)\n\
         parallel_members = {parallel}\n\
         member_minutes = {minutes}\n\
         # MiB that records under verification may take, all members together\n\
         memory_mib = {memory}\n\
         # seconds to connect, until an answer begins, and without a byte; the bytes a second that a body must keep once the\n\
         # seconds of grace are over, and the seconds that a whole body may take besides what its size takes at that speed\n\
         connect_seconds = {connect}\n\
         answer_seconds = {answer}\n\
         idle_seconds = {idle}\n\
         grace_seconds = {grace}\n\
         slowest = {slowest}\n\
         whole_seconds = {whole}\n\
         \n\
         [graph]\n\
         # \"disk\" (RocksDB), or \"memory\": some 400 bytes a statement, loaded from the mirror at each start\n\
         place = \"{place}\"\n\
         \n\
         [sparql]\n\
         # what one query may take: seconds, rows, MiB of result, KiB of text; how many run at the same time, and how many MiB the\n\
         # process may grow while they do\n\
         seconds = {seconds}\n\
         rows = {rows}\n\
         result_mib = {result}\n\
         query_kib = {query}\n\
         slots = {slots}\n\
         memory_mib = {growth}\n\
         \n\
         [text]\n\
         # MiB that the text index may use while it is written\n\
         heap_mib = {heap}\n\
         \n\
         [thumbnails]\n\
         # MiB of small pictures that are kept for pages; the longest unused go first\n\
         cache_mib = {cache}\n\
         # whether a picture that a record says to be elsewhere on the web (https) is fetched as well; those at members always are\n\
         elsewhere = {elsewhere}\n\
         # whether they are fetched after a harvest too, the newest first, and not only when somebody looks: up to three quarters of cache_mib\n\
         ahead = {ahead}\n\
         \n\
         [poll]\n\
         # seconds between two looks at a member, up to a fifth more or less; a member that fails is asked less and less often\n\
         seconds = {every}\n\
         # seconds between two looks for a newer roster\n\
         roster_seconds = {roster}\n",
        bind = serve.bind,
        licence = ::web::METADATA_LICENCE,
        parallel = fetch.parallel_members,
        minutes = fetch.member_minutes,
        memory = fetch.memory_mib,
        connect = fetch.connect_seconds,
        answer = fetch.answer_seconds,
        idle = fetch.idle_seconds,
        grace = fetch.grace_seconds,
        whole = fetch.whole_seconds,
        slowest = fetch.slowest,
        seconds = sparql.seconds,
        rows = sparql.rows,
        result = sparql.result_mib,
        query = sparql.query_kib,
        slots = sparql.slots,
        growth = sparql.memory_mib,
        cache = thumbnails.cache_mib,
        elsewhere = thumbnails.elsewhere,
        ahead = thumbnails.ahead,
        every = poll.seconds,
        roster = poll.roster_seconds,
    )
}
