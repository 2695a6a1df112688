// Webhook bodies of code hosts, pipelines and pagers as one kind of event, in the shape that the Four Keys project defined: what kind it
// was, of what, and when. So a sender that is set up for Four Keys can be pointed here.
#pragma once
#include <map>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"

namespace evenkeel::dora {

struct Event {
  std::string source;      // github, gitlab, circleci, cloud_build, tekton, argocd, pagerduty
  std::string event_type;  // as the sender calls it
  json::Value id;          // as the sender writes it
  json::Value time_created;
  std::string signature;
};

/// `headers`: names in any case; `attributes`: of the transport (Cloud Build's buildId). Error: invalid, saying what is not there.
Result<Event> parse_event(const std::map<std::string, std::string>& headers, const std::map<std::string, std::string>& attributes,
                          const json::Value& payload);

/// What an issue says about an incident: it is one when it has the label Incident; its root cause is the word after "root cause: ".
struct IncidentIssue {
  bool is_incident = false;
  std::string id, root_cause;
  std::string created, resolved;  // as written; resolved is empty while it is open
};
IncidentIssue read_incident_issue(const json::Value& payload);

}  // namespace evenkeel::dora
