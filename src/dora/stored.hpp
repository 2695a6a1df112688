// The facts that Evenkeel itself holds, as a history: what the definitions in metrics.hpp are computed over.
//
// One deployment here is one run of a release's sequence in production, whatever the number of its components; with a service it is
// that component's part of it. A rollback is not a deployment of its own: it is the end of a failed one.
#pragma once
#include "definitions/apply.hpp"
#include "dora/metrics.hpp"
#include "store/rows.hpp"

namespace evenkeel::dora {

/// Empty service or area: all. Only the window is read, so a month's report does not grow with the history.
struct Scope {
  Window window;
  std::string service, area;
};

/// What a report tells beside the figures.
struct StoredRun {
  std::string id, release_id, version, area;
  std::vector<std::string> services;
  std::string result;  // success, failure, rolled_back, running
  SysTime started;
  std::optional<SysTime> finished, restored, detected;
  std::string detected_by;
  bool unplanned = false;
};
BOOST_DESCRIBE_STRUCT(StoredRun, (),
                      (id, release_id, version, area, services, result, started, finished, restored, detected, detected_by, unplanned))

struct StoredIncident {
  std::string id, title, service, source, cause, run;  // run: that caused it; empty: none is known
  SysTime started, detected;
  std::optional<SysTime> mitigated, resolved;
};
BOOST_DESCRIBE_STRUCT(StoredIncident, (), (id, title, service, source, cause, run, started, detected, mitigated, resolved))

struct Stored {
  History history;
  std::vector<StoredRun> runs;  // of the window, oldest first, those that never reached production too
  std::vector<StoredIncident> incidents;
};

Stored read_stored(store::Tx& tx, const definitions::Organisation& organisation, const Scope& scope);

}  // namespace evenkeel::dora
