// The facts that Evenkeel itself holds: what the definitions in metrics.hpp are computed over.
//
// One deployment here is one run of a release's sequence in production, whatever the number of its components; with a service it is
// that component's part of it. A rollback is not a deployment of its own: it is the end of a failed one.
#pragma once
#include "definitions/apply.hpp"
#include "dora/delivery_days.hpp"
#include "dora/facts.hpp"
#include "store/rows.hpp"

namespace evenkeel::dora {

/// Empty service or area: all. Only the window is read, so a month's report does not grow with the history.
struct Scope {
  Window window;
  std::string service, area;
};

/// What a report tells beside the figures. The texts lie in `Stored::texts`.
struct StoredRun {
  std::string_view id, release_id, version, services, detected_by;  // services: "cart, catalog"
  PartResult result = PartResult::success;
  bool unplanned = false;
  SysTime started, finished;
  std::optional<SysTime> restored, detected;
};

struct StoredIncident {
  std::string id, title, service, source, cause, run;  // run: that caused it; empty: none is known
  SysTime started, detected;
  std::optional<SysTime> mitigated, resolved;
};
BOOST_DESCRIBE_STRUCT(StoredIncident, (), (id, title, service, source, cause, run, started, detected, mitigated, resolved))

struct Stored {
  std::deque<std::string> texts;  // everything below points into them, so it moves and is never copied
  Facts facts;                    // `source` of a run: its place in `runs`, as long as it ended in the window
  std::vector<StoredRun> runs;    // of the window, oldest first, those that never reached production too
  std::vector<StoredIncident> incidents;
};

/// The environments whose deployments count; "production" when the definitions name none.
std::vector<std::string> production_names(const definitions::Organisation& organisation);

/// When the first production deployment on record ended; nothing is known of the time before it.
std::optional<SysTime> first_record(store::Tx& tx, const definitions::Organisation& organisation);

Stored read_stored(store::Tx& tx, const definitions::Organisation& organisation, const Scope& scope);

}  // namespace evenkeel::dora
