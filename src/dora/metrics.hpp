// The DORA metrics, each by a named definition, from one set of facts.
//
// Two respected tools give different numbers for the same history, and both are right by their own definition. So a number here
// always says by which definition, over how many, and how far it may be off. Facts (deployments, changes, incidents and their
// causes) are stored once; a definition is a pure function over them.
//
//   devlake-2023  lower median; lead time from first commit authored to the deployment, in minutes, each part rounded up; an
//                 incident belongs to the latest successful production deployment finished before it; recovery counts from that
//                 deployment; frequency in distinct deployment days per calendar week (Monday) and month.
//   fourkeys      interpolated median; lead time in whole minutes, only above 0; an incident counts for each deployed change
//                 that its named root cause is, so the failure rate can pass 1; restore time in whole hours from the earlier of
//                 incident and deployment; weeks begin on Sunday.
//   dora-2025     change lead time, deployments per week, recovery time of failed deployments, change fail rate, deployment
//                 rework rate; the cause is the named one, else the newest deployment of the incident's service that had started by
//                 then, within the reach of deploy/cause.hpp. A rollback is a failed
//                 deployment; its recovery runs from the failure's start (the first incident it caused, else the start of the
//                 deployment that failed) to the old version proven back.
#pragma once
#include <boost/describe.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "stats/intervals.hpp"

namespace evenkeel::dora {

struct Deployment {
  static constexpr std::string_view required[] = {"id"};
  std::string id;
  std::optional<SysTime> finished;
  std::string result = "SUCCESS";  // SUCCESS, FAILURE, ROLLED_BACK
  std::string environment = "PRODUCTION";
  std::vector<std::string> changes;
  std::optional<bool> unplanned;  // made because of an incident; null: nobody said
  std::optional<SysTime> started = {};
  std::optional<SysTime> restored = {};  // rolled back: when the old version was proven back
  std::string service = {};              // empty: the one that the history is of
};
BOOST_DESCRIBE_STRUCT(Deployment, (), (id, finished, result, environment, changes, unplanned, started, restored, service))

struct Change {
  std::string id;
  std::optional<SysTime> first_commit, pr_created, merged;
};
BOOST_DESCRIBE_STRUCT(Change, (), (id, first_commit, pr_created, merged))

struct Incident {
  static constexpr std::string_view required[] = {"id"};
  std::string id;
  std::optional<SysTime> created, resolved;
  std::optional<std::string> root_cause_change;
  std::optional<std::string> deployment = {};  // that caused it, by id; "": none did; null: nobody said, the definition decides
  std::string service = {};
};
BOOST_DESCRIBE_STRUCT(Incident, (), (id, created, resolved, root_cause_change, deployment, service))

struct Window {
  SysTime from = from_millis(-1), to = from_millis(-1);
};
struct History {
  std::string id;
  Window window;
  std::vector<Deployment> deployments;
  std::vector<Change> changes;
  std::vector<Incident> incidents;
  std::string zone = "UTC";  // whose days and months are counted
};

/// One named figure: a number, a level, a yes or no, or null when there is nothing to measure.
struct Figure {
  std::string key;
  json::Value value;
  std::int64_t n = 0;                            // what it is made of: deployments, changes, incidents, weeks
  std::optional<stats::Interval> interval = {};  // 95%
};

enum class Definition : std::uint8_t { devlake_2023, fourkeys, dora_2025 };
/// "devlake-2023", "fourkeys", "dora-2025".
Result<Definition> definition_from(std::string_view name);
std::string_view name_of(Definition definition);

/// All figures of a definition, in a fixed order. Deployments outside the window take no part, but a change's first deployment and
/// an incident's cause are looked for in all of them.
std::vector<Figure> compute(const History& history, Definition definition);
class Facts;
std::vector<Figure> compute(const Facts& facts, Definition definition);

/// {"id", figure: value..., "zone", "n": {figure: count}, "interval": {figure: [low, high]}}; with "said" when nothing of it counts.
json::Object report(const History& history, Definition definition);

/// Why no deployment of the history counts by this definition; empty when one does, or when it has none.
std::string nothing_counts(const History& history, Definition definition);

/// One case or {"cases": [...]}. Results and environments are read in the words of dora/words.hpp. Error: invalid, with the path of every
/// field that is wrong or unknown.
Result<std::vector<History>> read_histories(std::string_view text);

}  // namespace evenkeel::dora
