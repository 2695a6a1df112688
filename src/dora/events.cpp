#include "dora/events.hpp"

#include <algorithm>
#include <cctype>
#include <span>

namespace evenkeel::dora {
namespace {

/// "issue.updated_at" of nested objects; null when it is not there.
json::Value at(const json::Value& in, std::string_view path) {
  const json::Value* v = &in;
  while (!path.empty()) {
    const auto dot = path.find('.');
    if (!v->is_object()) return nullptr;
    v = v->get_object().if_contains(path.substr(0, dot));
    if (!v) return nullptr;
    path = dot == std::string_view::npos ? "" : path.substr(dot + 1);
  }
  return *v;
}
json::Value first_of(const json::Value& in, std::initializer_list<std::string_view> paths) {
  for (const auto p : paths)
    if (auto v = at(in, p); !v.is_null() && !(v.is_string() && v.get_string().empty())) return v;
  return nullptr;
}
std::string plain(const json::Value& v) { return v.is_null() ? "" : v.is_string() ? std::string(v.get_string()) : json::dump(v); }

/// Where each kind of event keeps its id and its time.
struct Place {
  std::string_view kind, id;
  std::initializer_list<std::string_view> times;
};
const Place github[] = {{"push", "head_commit.id", {"head_commit.timestamp"}},
                        {"pull_request", "", {"pull_request.updated_at"}},
                        {"pull_request_review", "review.id", {"review.submitted_at"}},
                        {"pull_request_review_comment", "comment.id", {"comment.updated_at"}},
                        {"issues", "", {"issue.updated_at"}},
                        {"issue_comment", "comment.id", {"comment.updated_at"}},
                        {"check_run", "check_run.id", {"check_run.completed_at", "check_run.started_at"}},
                        {"check_suite", "check_suite.id", {"check_suite.updated_at", "check_suite.created_at"}},
                        {"deployment_status", "deployment_status.id", {"deployment_status.updated_at"}},
                        {"status", "id", {"updated_at"}},
                        {"release", "release.id", {"release.published_at", "release.created_at"}}};
const Place gitlab[] = {{"merge_request", "object_attributes.id", {"object_attributes.updated_at", "object_attributes.created_at"}},
                        {"note", "object_attributes.id", {"object_attributes.updated_at", "object_attributes.created_at"}},
                        {"issue", "object_attributes.id", {"object_attributes.updated_at", "object_attributes.created_at"}},
                        {"pipeline", "object_attributes.id", {"object_attributes.finished_at", "object_attributes.created_at"}},
                        {"build", "build_id", {"build_finished_at", "build_started_at", "build_created_at"}},
                        {"job", "build_id", {"build_finished_at", "build_started_at", "build_created_at"}},
                        {"deployment", "deployment_id", {"status_changed_at"}}};

std::string numbered(const json::Value& payload) {
  auto number = first_of(payload, {"number", "pull_request.number", "issue.number"});
  return plain(at(payload, "repository.name")) + "/" + plain(number);
}

void fill(Event& e, const json::Value& payload, std::span<const Place> places) {
  for (const auto& p : places)
    if (p.kind == e.event_type) {
      e.id = p.id.empty() ? json::Value(boost::json::string(numbered(payload))) : at(payload, p.id);
      e.time_created = first_of(payload, p.times);
    }
}

void fill_gitlab(Event& e, const json::Value& payload) {
  fill(e, payload, gitlab);
  if (e.event_type == "push" || e.event_type == "tag_push") {
    e.id = at(payload, "checkout_sha");
    const auto commits = at(payload, "commits");
    if (commits.is_array())
      for (const auto& c : commits.get_array())
        if (at(c, "id") == e.id) e.time_created = at(c, "timestamp");
  }
  // "2021-04-28 21:50:00 +0200": the zone is cut off, as Four Keys does it
  if (e.event_type == "deployment" && e.time_created.is_string())
    e.time_created = boost::json::string(std::string(e.time_created.get_string()).substr(0, 19));
}

}  // namespace

Result<Event> parse_event(const std::map<std::string, std::string>& given, const std::map<std::string, std::string>& attributes,
                          const json::Value& payload) {
  std::map<std::string, std::string> headers;
  for (const auto& [name, value] : given) {
    auto lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    headers[lower] = value;
  }
  const auto header = [&](const char* name) { return headers.contains(name) ? headers.at(name) : std::string(); };
  Event e;
  if (headers.contains("x-github-event")) {
    e = {"github", header("x-github-event"), nullptr, nullptr, header("x-hub-signature")};
    fill(e, payload, github);
  } else if (headers.contains("x-gitlab-event")) {
    e = {"gitlab", plain(at(payload, "object_kind")), nullptr, nullptr, header("x-gitlab-token")};
    fill_gitlab(e, payload);
  } else if (headers.contains("circleci-event-type")) {
    e = {"circleci", header("circleci-event-type"), at(payload, "id"), at(payload, "happened_at"), header("circleci-signature")};
  } else if (attributes.contains("buildId")) {
    e = {"cloud_build", "build", boost::json::string(attributes.at("buildId")),
         first_of(payload, {"finishTime", "startTime", "createTime"}), ""};
  } else if (headers.contains("ce-type") && header("ce-type").find("tekton") != std::string::npos) {
    e = {"tekton", header("ce-type"), boost::json::string(header("ce-id")), boost::json::string(header("ce-time")), ""};
  } else if (headers.contains("x-pagerduty-signature")) {
    e = {"pagerduty", plain(at(payload, "event.event_type")), at(payload, "event.data.id"), at(payload, "event.occurred_at"),
         header("x-pagerduty-signature")};
  } else if (header("user-agent").find("argo") != std::string::npos || header("argo-cd") == "true" ||
             headers.contains("argo-cd-signature")) {
    e = {"argocd", "deployment", at(payload, "id"), at(payload, "time"), header("argo-cd-signature")};
  } else
    return invalid(
        "the sender is not known: none of the headers X-Github-Event, X-Gitlab-Event, Circleci-Event-Type, Ce-Type, "
        "X-Pagerduty-Signature is there");
  if (e.id.is_null()) return invalid(fmt::format("{} event '{}' has no id where one is expected", e.source, e.event_type.substr(0, 60)));
  return e;
}

IncidentIssue read_incident_issue(const json::Value& payload) {
  IncidentIssue out;
  const bool on_github = !at(payload, "issue").is_null();
  const auto labels = on_github ? at(payload, "issue.labels") : first_of(payload, {"labels", "object_attributes.labels"});
  if (labels.is_array())
    for (const auto& l : labels.get_array()) out.is_incident = out.is_incident || plain(at(l, on_github ? "name" : "title")) == "Incident";
  out.id = plain(on_github ? at(payload, "issue.number") : at(payload, "object_attributes.id"));
  out.created = plain(on_github ? at(payload, "issue.created_at") : at(payload, "object_attributes.created_at"));
  out.resolved = plain(on_github ? at(payload, "issue.closed_at") : at(payload, "object_attributes.closed_at"));
  const auto body = plain(on_github ? at(payload, "issue.body") : at(payload, "object_attributes.description"));
  constexpr std::string_view words = "root cause: ";
  if (const auto found = body.find(words); found != std::string::npos) {
    const auto from = found + words.size();
    out.root_cause = body.substr(from, body.find_first_of(" \t\r\n", from) - from);
  }
  return out;
}

}  // namespace evenkeel::dora
