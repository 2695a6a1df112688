#include "integrations/alertmanager/alertmanager.hpp"

#include <fmt/format.h>
#include <regex.h>

#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/utf8.hpp"
#include "integrations/common/webhook.hpp"

namespace evenkeel::alertmanager {
namespace {

constexpr std::size_t most_elements = 20000, longest_expression = 300;

/// Reads one element of an answer; the first thing that is wrong is kept, with its place.
class Element {
 public:
  Element(const json::Value& value, std::string where) : where_(std::move(where)), object_(value.if_object()) {
    if (!object_) wrong("", "is not an object");
  }
  std::string text(std::string_view name, bool needed = true) {
    const auto* v = member(name);
    if (v && v->is_string()) return clean_text(v->get_string(), 2000);
    if (needed || (v && !v->is_null())) wrong(name, "is not a text");
    return "";
  }
  bool flag(std::string_view name, bool otherwise) {
    const auto* v = member(name);
    if (v && v->is_bool()) return v->get_bool();
    if (v && !v->is_null()) wrong(name, "is neither true nor false");
    return otherwise;
  }
  SysTime time(std::string_view name) {
    const auto t = parse_time(text(name));
    if (t) return *t;
    wrong(name, t.error().message);
    return {};
  }
  std::map<std::string, std::string> labels(std::string_view name, bool needed = true) {
    std::map<std::string, std::string> out;
    const auto* v = member(name);
    if (v && v->is_object()) {
      for (const auto& [key, value] : v->get_object())
        if (value.is_string()) out.emplace(clean_text(key, 300), clean_text(value.get_string(), 2000));
    } else if (needed)
      wrong(name, "is not an object of labels");
    return out;
  }
  std::vector<std::string> list(std::string_view name) {
    std::vector<std::string> out;
    if (const auto* v = member(name); v && v->is_array())
      for (const auto& item : v->get_array())
        if (item.is_string()) out.push_back(clean_text(item.get_string(), 200));
    return out;
  }
  const json::Value* member(std::string_view name) const { return object_ ? object_->if_contains(name) : nullptr; }
  void wrong(std::string_view name, const std::string& what) {
    if (problem.empty()) problem = fmt::format("Alertmanager: {}{}{} {}", where_, name.empty() ? "" : ".", name, what);
  }
  std::string problem;

 private:
  std::string where_;
  const json::Object* object_;
};

template <class T, class F>
Result<std::vector<T>> parse_list(std::string_view body, const char* what, F&& one) {
  const auto value = json::parse(body);
  if (!value) return invalid("Alertmanager: the answer is not JSON: " + value.error().message);
  if (!value->is_array()) return invalid(fmt::format("Alertmanager: the answer is not a list of {}", what));
  if (value->get_array().size() > most_elements)
    return invalid(fmt::format("Alertmanager: {} {} at once; name more labels", value->get_array().size(), what));
  std::vector<T> all;
  for (std::size_t i = 0; i < value->get_array().size(); ++i) {
    Element element{value->get_array()[i], fmt::format("{}[{}]", what, i)};
    all.push_back(one(element));
    if (!element.problem.empty()) return invalid(element.problem);
  }
  return all;
}

std::vector<Matcher> matchers_of(Element& silence) {
  std::vector<Matcher> out;
  const auto* list = silence.member("matchers");
  if (!list || !list->is_array()) {
    silence.wrong("matchers", "is not a list");
    return out;
  }
  for (std::size_t i = 0; i < list->get_array().size(); ++i) {
    Element m{list->get_array()[i], fmt::format("matchers[{}]", i)};
    out.push_back({m.text("name"), m.text("value"), m.flag("isRegex", false), m.flag("isEqual", true)});
    if (!m.problem.empty()) silence.wrong("matchers", m.problem);
  }
  return out;
}

/// Alertmanager's expressions are RE2's and match the whole value. What POSIX has no word for is not understood; counted repetitions are
/// not either, because they may be made to need any amount of memory.
std::optional<bool> matches(std::string_view expression, const std::string& value) {
  if (expression.size() > longest_expression || value.size() > longest_expression) return std::nullopt;
  std::string posix = "^(";
  for (std::size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i], next = i + 1 < expression.size() ? expression[i + 1] : '\0';
    if (c == '{' || c == '\0') return std::nullopt;
    if (c == '(' && next == '?') {
      if (expression.substr(i, 3) != "(?:") return std::nullopt;
      posix += '(', i += 2;
    } else if (c == '\\' && next == 'd') {
      posix += "[0-9]", ++i;
    } else if (c == '\\') {
      if (std::isalnum(static_cast<unsigned char>(next)) || next == '\0') return std::nullopt;
      posix += c, posix += next, ++i;
    } else
      posix += c;
  }
  posix += ")$";
  regex_t compiled;
  if (::regcomp(&compiled, posix.c_str(), REG_EXTENDED | REG_NOSUB) != 0) return std::nullopt;
  const bool found = ::regexec(&compiled, value.c_str(), 0, nullptr, 0) == 0;
  ::regfree(&compiled);
  return found;
}

std::string silenced_words(const std::string& by, SysTime until, const std::string& comment) {
  return fmt::format("silenced by {} until {}{}", by.empty() ? "nobody named" : by, to_iso(until),
                     comment.empty() ? "" : fmt::format(": {}", comment));
}

std::string muted_words(const GettableAlert& a, const std::vector<Silence>& silences) {
  for (const auto& id : a.silenced_by)
    for (const auto& s : silences)
      if (s.id == id) return silenced_words(s.created_by, s.ends_at, s.comment);
  if (!a.silenced_by.empty()) return "silenced";
  if (!a.inhibited_by.empty()) return "inhibited by another alert";
  if (!a.muted_by.empty()) return fmt::format("muted by the interval {}", a.muted_by.front());
  return a.state == "suppressed" ? "suppressed" : "";
}

std::string filter(const std::string& name, const std::string& value) {
  std::string quoted;
  for (const char c : value) {
    if (c == '\\' || c == '"') quoted += '\\';
    if (c == '\n')
      quoted += "\\n";
    else
      quoted += c;
  }
  return "filter=" + http::percent_encode(fmt::format("{}=\"{}\"", name, quoted));
}

/// The body of a 200, else why not.
Result<std::string> ask(http::HttpClient& client, const AlertmanagerConfig& config, std::string_view member, const std::string& path,
                        const std::stop_token& stop) {
  const auto request = request_of(config, member, "GET", path);
  const auto answer = TRY(client.send(request, stop));
  if (answer.status == 200) return answer.body;
  return unavailable(fmt::format("{} answered {}: {}", http::shown_url(request.url), answer.status, clean_text(answer.body, 200)));
}

struct Heard {
  std::vector<GettableAlert> alerts;
  std::vector<Silence> silences;
};
Result<Heard> hear(http::HttpClient& client, const AlertmanagerConfig& config, std::string_view member,
                   const std::map<std::string, std::string>& labels, const std::stop_token& stop) {
  std::string path = "/api/v2/alerts?active=true&silenced=true&inhibited=true&unprocessed=true";
  for (const auto& [name, value] : labels) path += "&" + filter(name, value);
  const auto alerts = TRY(ask(client, config, member, path, stop));
  const auto silences = TRY(ask(client, config, member, "/api/v2/silences", stop));
  return Heard{TRY(parse_alerts(alerts)), TRY(parse_silences(silences))};
}

json::Object object_of(const std::map<std::string, std::string>& labels) {
  json::Object out;
  for (const auto& [name, value] : labels) out[name] = boost::json::string(value);
  return out;
}

}  // namespace

http::ClientRequest request_of(const AlertmanagerConfig& config, std::string_view member, const char* method, const std::string& path) {
  while (member.ends_with('/')) member.remove_suffix(1);
  http::ClientRequest request{.method = method, .url = std::string(member) + path, .deadline = config.deadline};
  if (!config.user.empty())
    request.headers.set("Authorization", "Basic " + to_base64(config.user + ":" + config.secret.reveal()));
  else if (!config.secret.empty())
    request.headers.set("Authorization", "Bearer " + config.secret.reveal());
  return request;
}

std::vector<std::string> addresses_in(std::string_view url) {
  std::vector<std::string> out;
  constexpr std::string_view between = ", \t\n";
  for (auto at = url.find_first_not_of(between); at != std::string_view::npos; at = url.find_first_not_of(between, at)) {
    const auto end = std::min(url.find_first_of(between, at), url.size());
    out.emplace_back(url.substr(at, end - at));
    at = end;
  }
  return out;
}

Result<std::vector<GettableAlert>> parse_alerts(std::string_view body) {
  return parse_list<GettableAlert>(body, "alerts", [](Element& e) {
    GettableAlert a{e.labels("labels"), e.labels("annotations", false), e.text("fingerprint"), "", e.time("startsAt"), {}, {}, {}};
    const auto* status = e.member("status");
    if (!status || !status->is_object()) {
      e.wrong("status", "is not an object");
      return a;
    }
    Element s{*status, "status"};
    a.state = s.text("state");
    a.silenced_by = s.list("silencedBy"), a.inhibited_by = s.list("inhibitedBy"), a.muted_by = s.list("mutedBy");
    if (!s.problem.empty()) e.wrong("status", s.problem);
    return a;
  });
}

Result<std::vector<Silence>> parse_silences(std::string_view body) {
  return parse_list<Silence>(body, "silences", [](Element& e) {
    Silence s{e.text("id"), "", e.text("createdBy", false), e.text("comment", false), e.time("startsAt"), e.time("endsAt"), matchers_of(e)};
    const auto* status = e.member("status");
    if (status && status->is_object()) {
      Element state{*status, "status"};
      s.state = state.text("state");
    } else
      e.wrong("status", "is not an object");
    return s;
  });
}

bool may_silence(const Silence& s, const std::map<std::string, std::string>& labels) {
  bool on_one = false;
  for (const auto& m : s.matchers) {
    const auto label = labels.find(m.name);
    if (label == labels.end()) continue;
    on_one = true;
    const auto holds = m.is_regex ? matches(m.value, label->second) : std::optional(m.value == label->second);
    if (holds && *holds != m.is_equal) return false;
  }
  return on_one;
}

health::AlertReading read_alerts(http::HttpClient& client, const AlertmanagerConfig& config, const std::string& connection,
                                 const std::map<std::string, std::string>& labels, SysTime now, std::stop_token stop) {
  health::AlertReading out{.connection = connection, .at = now};
  std::optional<Heard> heard;
  for (const auto& member : config.urls) {
    auto answer = hear(client, config, member, labels, stop);
    if (answer) {
      heard = std::move(*answer);
      break;
    }
    out.problem += (out.problem.empty() ? "" : "; ") + answer.error().message;
  }
  if (!heard) {
    if (config.urls.empty()) out.problem = fmt::format("the connection {} has no address", connection);
    return out;
  }
  out.problem.clear();
  std::erase_if(heard->silences, [](const Silence& s) { return s.state != "active"; });
  for (const auto& a : heard->alerts) {
    if (a.labels.contains(std::string(own_label))) continue;
    const auto text = [](const std::map<std::string, std::string>& in, const char* name) {
      const auto found = in.find(name);
      return found == in.end() ? std::string() : found->second;
    };
    auto name = text(a.labels, "alertname");
    if (name.empty()) name = a.fingerprint;
    out.alerts.push_back(
        {a.fingerprint, name, text(a.annotations, "summary"), muted_words(a, heard->silences), std::min(a.starts_at, now), {}});
  }
  for (const auto& s : heard->silences)
    if (may_silence(s, labels)) out.silences.push_back({s.id, s.created_by, s.comment, s.starts_at, s.ends_at});
  return out;
}

std::string post_body(const PostableAlert& a) {
  return json::dump(json::Array{json::Object{{"labels", object_of(a.labels)},
                                             {"annotations", object_of(a.annotations)},
                                             {"startsAt", to_iso(a.starts_at)},
                                             {"endsAt", to_iso(a.ends_at)}}});
}

capabilities::Delivery post_alert(http::HttpClient& client, const AlertmanagerConfig& config, const PostableAlert& alert, SysTime now,
                                  std::stop_token stop) {
  using capabilities::DeliveryEnd;
  capabilities::Delivery all{.end = DeliveryEnd::refused};
  bool taken = false;
  for (const auto& member : config.urls) {
    auto request = request_of(config, member, "POST", "/api/v2/alerts");
    request.body = post_body(alert);
    request.headers.set("Content-Type", "application/json");
    const auto answer = client.send(request, stop);
    auto one = answer ? integrations::delivery_of(*answer, now) : integrations::delivery_of(answer.error());
    if (one.end == DeliveryEnd::delivered && answer->body.starts_with('<'))  // it answers with nothing, or with JSON
      one = {DeliveryEnd::retry, {}, "a page came back in place of Alertmanager's answer", {}};
    if (config.urls.size() == 1) return one;
    if (one.end == DeliveryEnd::delivered) {
      taken = true, all.receipt = one.receipt;
      continue;
    }
    all.reason += fmt::format("{}{}: {}", all.reason.empty() ? "" : "; ", http::shown_url(member), one.reason);
    if (one.end != DeliveryEnd::refused) all.end = DeliveryEnd::retry;  // posting again wakes nobody twice
    if (one.retry_after) all.retry_after = std::max(all.retry_after.value_or(Millis{0}), *one.retry_after);
  }
  if (taken) all.end = DeliveryEnd::delivered;
  return all;
}

}  // namespace evenkeel::alertmanager
