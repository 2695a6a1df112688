#include <fmt/format.h>

#include "dora/metrics.hpp"
#include "dora/words.hpp"

namespace evenkeel::dora {
namespace {

void read_list(json::Reader& r, const json::Object& in, const char* name, const std::string& at, auto& out) {
  if (const auto* list = in.if_contains(name)) json::read(r, at + name, *list, out);
}

/// SUCCESS, FAILURE or ROLLED_BACK, and PRODUCTION for whatever is called so.
void in_our_words(json::Reader& r, const std::string& at, Deployment& d) {
  const auto result = result_from(d.result);
  if (!result) r.complain(at + ".result", result.error().message);
  if (result) d.result = *result == ToldResult::success ? "SUCCESS" : *result == ToldResult::failure ? "FAILURE" : "ROLLED_BACK";
  if (is_production(d.environment)) d.environment = "PRODUCTION";
}

History read_one(json::Reader& r, const json::Value& in, const std::string& at, std::size_t number) {
  History h{.id = fmt::format("case-{}", number + 1)};
  if (!in.is_object()) {
    r.complain(at, "expected an object");
    return h;
  }
  const auto& object = in.get_object();
  if (const auto* id = object.if_contains("id"); id && id->is_string()) h.id = id->get_string().c_str();
  const auto* window = object.if_contains("window");
  const auto edge = [&](const char* name, SysTime& out) {
    const auto* value = window && window->is_object() ? window->get_object().if_contains(name) : nullptr;
    if (value)
      json::read(r, at + "window." + name, *value, out);
    else
      r.complain(at + "window." + name, "required");
  };
  edge("from", h.window.from), edge("to", h.window.to);
  if (h.window.to < h.window.from) r.complain(at + "window", "ends before it begins");
  if (h.window.to - h.window.from > std::chrono::days{366 * 50}) r.complain(at + "window", "is longer than fifty years");
  if (const auto* zone = object.if_contains("zone")) json::read(r, at + "zone", *zone, h.zone);
  if (!is_zone(h.zone)) r.complain(at + "zone", fmt::format("'{}' is not an IANA time zone; write one such as Europe/Berlin", h.zone));
  read_list(r, object, "deployments", at, h.deployments), read_list(r, object, "changes", at, h.changes),
      read_list(r, object, "incidents", at, h.incidents);
  for (std::size_t i = 0; i < h.deployments.size(); ++i) in_our_words(r, fmt::format("{}deployments[{}]", at, i), h.deployments[i]);
  return h;
}

}  // namespace

Result<std::vector<History>> read_histories(std::string_view text) {
  const auto value = TRY(json::parse(text));
  if (!value.is_object()) return invalid("expected one history or {\"cases\": [...]}");
  json::Reader r{json::Unknown::refuse};
  std::vector<History> all;
  if (const auto* cases = value.get_object().if_contains("cases"); cases && cases->is_array())
    for (std::size_t i = 0; i < cases->get_array().size(); ++i)
      all.push_back(read_one(r, cases->get_array()[i], fmt::format("cases[{}].", i), i));
  else
    all.push_back(read_one(r, value, "", 0));
  if (r.complaints.empty()) return all;
  const auto& first = r.complaints.front();
  return std::unexpected(Error{ErrorKind::invalid, first.field + ": " + first.message, first.field, r.complaints, {}});
}

}  // namespace evenkeel::dora
