// A step as it is written in evenkeel.yaml: one act of a deployment sequence, a rollback procedure or a rehearsal.
//
// Texts may hold ${version}, ${from_version}, ${service}, ${environment}, ${target}, ${digest}, ${release}, ${attempt} and, in url,
// headers, body, env and command, secrets as ${env:NAME} or ${file:PATH}; secrets are resolved when the step runs and are never stored or
// logged. What a value may be made of where it is put: variables.hpp. What a command finds in its environment: environment.hpp.
#pragma once
#include <boost/describe.hpp>
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace evenkeel::steps {

/// command: a program, no shell. http: one request. manual: a person confirms. wait: time passes. check: a command, a request or the
/// canary's health verdict must hold before what follows. flag: a feature flag is set. pipeline: trigger, then poll until it ends.
enum class StepKind { command, http, manual, wait, check, flag, pipeline };
BOOST_DESCRIBE_ENUM(StepKind, command, http, manual, wait, check, flag, pipeline)
/// Goes on by itself once begun: whatever comes after must wait for its end.
constexpr bool acts_outside(StepKind kind) { return kind == StepKind::command || kind == StepKind::http || kind == StepKind::pipeline; }

struct StepSpec {
  static constexpr std::string_view required[] = {"name", "kind"};
  std::string name;
  StepKind kind = StepKind::command;
  std::vector<std::string> command = {};        // argv; command, check
  std::string directory = {};                   // where it runs; empty: where the server runs
  std::map<std::string, std::string> env = {};  // command, check, lookup: what their programs find beside PATH, HOME, LANG
  std::string method = {};                      // http; empty: POST for http and pipeline, GET for check
  std::string url = {};                         // http, check, pipeline (trigger)
  std::map<std::string, std::string> headers = {};
  json::Value body = {};           // http, pipeline
  std::int64_t expect_status = 0;  // 0: any of 200 to 299
  std::string expect = {};         // check: the output or body must contain this text
  std::string status_url = {};     // pipeline: polled; ${run} is the id the trigger answered with
  std::string prompt = {};         // manual: what to confirm
  Millis wait = {};                // wait; also pause between polls of check and pipeline (default 1s)
  bool health = false;             // check: the watch of this component must allow going on
  std::string flag = {};           // flag
  std::string platform = {};       // flag: connection name
  std::string value = {};          // flag: "on" or "off"
  std::string owner = {};          // login of who answers for this step; empty: the service's owner
  std::string deputy = {};
  Millis timeout = std::chrono::minutes{10};
  std::int64_t retries = 0;              // only for steps that may run twice without harm
  bool one_way = false;                  // cannot be undone; needs forward_fix
  std::string forward_fix = {};          // what is done instead of undoing
  std::string lookup_url = {};           // pipeline: finds a run by ${attempt} after a crash; {"id": ...}, or a list, or 404
  std::vector<std::string> lookup = {};  // argv; after a crash: exit 0 = the step had taken effect, 1 = it had not, else a person is asked
};
BOOST_DESCRIBE_STRUCT(StepSpec, (),
                      (name, kind, command, directory, env, method, url, headers, body, expect_status, expect, status_url, prompt, wait,
                       health, flag, platform, value, owner, deputy, timeout, retries, one_way, forward_fix, lookup_url, lookup))

/// Canonical bytes of an ordered list of steps, format version 1: every field length-prefixed in a fixed order, defaults left out.
/// JSON for hashing: object members in byte order of their keys, so that the order in a file does not matter.
std::string canonical_json(const json::Value& value);
std::string canonical_bytes(const std::vector<StepSpec>& steps);
/// SHA-256 of the canonical bytes, hexadecimal: what a rehearsal proves and a go decision seals.
std::string procedure_hash(const std::vector<StepSpec>& steps);

/// Complaints about one step, each with its path below `path`.
void complaints_of(const StepSpec& step, const std::string& path, std::vector<Complaint>& out);

}  // namespace evenkeel::steps
