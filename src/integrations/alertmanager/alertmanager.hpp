// Alertmanager (API v2, since 0.16): what fires and what is silenced for a service, and alerts of our own.
//
// An alert is known by its labels: the same labels again are the same alert, so posting twice wakes nobody twice. It goes on while it is
// posted again before its `endsAt`, as Prometheus does it: an Evenkeel that is gone for good does not leave an alert behind for ever.
//
// The members of a cluster share silences and who has been told, and not the alerts: each gets every alert, as from Prometheus, and tells
// people once between them. Any one can be asked.
#pragma once
#include <map>
#include <stop_token>

#include "base/secret.hpp"
#include "capabilities/alert_source.hpp"
#include "capabilities/delivery.hpp"
#include "http/client.hpp"

namespace evenkeel::alertmanager {

/// On every alert that Evenkeel posts, with the alert's key: what carries it is our own word and no signal.
inline constexpr std::string_view own_label = "evenkeel";
/// An alert is posted again this often, and ends by itself when it was not for this long.
inline constexpr Millis post_every = std::chrono::minutes{1};
inline constexpr Millis outlives = std::chrono::minutes{5};

/// What a connection's `url` names: one address, or those of a cluster's members, separated by commas or blanks.
std::vector<std::string> addresses_in(std::string_view url);

struct AlertmanagerConfig {
  std::vector<std::string> urls;  // of the members, "http://alertmanager:9093"; a path prefix is kept
  std::string user;               // with it the secret is a password, else a bearer token
  Secret secret = {};
  Millis deadline = std::chrono::seconds{5};  // of each exchange with one member
};

/// A request to one member, signed in.
http::ClientRequest request_of(const AlertmanagerConfig& config, std::string_view member, const char* method, const std::string& path);

struct Matcher {
  std::string name, value;
  bool is_regex = false, is_equal = true;
};
struct Silence {
  std::string id, state, created_by, comment;
  SysTime starts_at, ends_at;
  std::vector<Matcher> matchers;
};
struct GettableAlert {
  std::map<std::string, std::string> labels, annotations;
  std::string fingerprint, state;
  SysTime starts_at;
  std::vector<std::string> silenced_by, inhibited_by, muted_by;
};

/// Answers of GET /api/v2/alerts and /api/v2/silences. Error: invalid, saying which member of which element is wrong.
Result<std::vector<GettableAlert>> parse_alerts(std::string_view body);
Result<std::vector<Silence>> parse_silences(std::string_view body);

/// Whether alerts with these labels (and others that are not known) can fall under the silence: no matcher on a known label excludes
/// them, and at least one is on a known label. A regular expression that cannot be read excludes nothing.
bool may_silence(const Silence& silence, const std::map<std::string, std::string>& labels);

/// Asks for the alerts that carry these labels, and the active silences on them, the members in turn until one answers. Never fails: what
/// none of them would say is the problem.
health::AlertReading read_alerts(http::HttpClient& client, const AlertmanagerConfig& config, const std::string& connection,
                                 const std::map<std::string, std::string>& labels, SysTime now, std::stop_token stop = {});

/// An alert of ours. Labels make it one; annotations may change.
struct PostableAlert {
  std::map<std::string, std::string> labels, annotations;
  SysTime starts_at, ends_at;
};
/// The body of POST /api/v2/alerts.
std::string post_body(const PostableAlert& alert);
/// Posts it to every member. Delivered when one has it; the reason then names those that have not.
capabilities::Delivery post_alert(http::HttpClient& client, const AlertmanagerConfig& config, const PostableAlert& alert, SysTime now,
                                  std::stop_token stop = {});

}  // namespace evenkeel::alertmanager
