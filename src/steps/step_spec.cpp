#include "steps/step_spec.hpp"

#include "base/canonical.hpp"

#include "base/hex.hpp"

namespace evenkeel::steps {

std::string canonical_json(const json::Value& v) {
  if (v.is_object()) {
    std::map<std::string, std::string> members;
    for (const auto& [key, item] : v.get_object()) members[std::string(key)] = canonical_json(item);
    std::string out = "{";
    for (const auto& [key, item] : members) {
      put_field(out, key);
      put_field(out, item);
    }
    return out + "}";
  }
  if (v.is_array()) {
    std::string out = "[";
    for (const auto& item : v.get_array()) put_field(out, canonical_json(item));
    return out + "]";
  }
  return json::dump(v);
}

namespace {

bool is_variable_name(std::string_view name) {
  return !name.empty() && !std::isdigit(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(), [](char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)); });
}

}  // namespace

std::string canonical_bytes(const std::vector<StepSpec>& steps) {
  std::string out(1, '\1');
  for (const auto& s : steps) {
    std::string one;
    const auto field = [&](std::string_view name, const std::string& value) {
      if (!value.empty()) {
        put_field(one, name);
        put_field(one, value);
      }
    };
    const auto list = [](const std::vector<std::string>& items) {
      std::string all;
      for (const auto& item : items) put_field(all, item);
      return all;
    };
    const auto map = [](const std::map<std::string, std::string>& items) {
      std::string all;
      for (const auto& [key, value] : items) {
        put_field(all, key);
        put_field(all, value);
      }
      return all;
    };
    field("name", s.name);
    field("kind", std::string(json::enum_text(s.kind)));
    field("command", list(s.command));
    field("directory", s.directory);
    field("env", map(s.env));
    field("method", s.method);
    field("url", s.url);
    field("headers", map(s.headers));
    if (!s.body.is_null()) field("body", canonical_json(s.body));
    if (s.expect_status != 0) field("expect_status", std::to_string(s.expect_status));
    field("expect", s.expect);
    field("status_url", s.status_url);
    field("prompt", s.prompt);
    if (s.wait.count() != 0) field("wait", std::to_string(s.wait.count()));
    if (s.health) field("health", "1");
    field("flag", s.flag);
    field("platform", s.platform);
    field("value", s.value);
    field("owner", s.owner);
    field("deputy", s.deputy);
    field("timeout", std::to_string(s.timeout.count()));
    if (s.retries != 0) field("retries", std::to_string(s.retries));
    if (s.one_way) field("one_way", "1");
    field("forward_fix", s.forward_fix);
    field("lookup_url", s.lookup_url);
    field("lookup", list(s.lookup));
    put_field(out, one);
  }
  return out;
}

std::string procedure_hash(const std::vector<StepSpec>& steps) { return to_hex(sha256(canonical_bytes(steps))); }

void complaints_of(const StepSpec& s, const std::string& path, std::vector<Complaint>& out) {
  const auto need = [&](bool ok, const char* field, const char* why) {
    if (!ok) out.push_back({path + "." + field, why});
  };
  switch (s.kind) {
    case StepKind::command:
      need(!s.command.empty(), "command", "a command step needs `command`, a list: program and arguments");
      break;
    case StepKind::http:
      need(!s.url.empty(), "url", "an http step needs `url`");
      break;
    case StepKind::manual:
      need(!s.prompt.empty(), "prompt", "a manual step needs `prompt`: what the person confirms");
      break;
    case StepKind::wait:
      need(s.wait.count() > 0, "wait", "a wait step needs `wait`, such as 30s");
      break;
    case StepKind::check:
      need(int(!s.command.empty()) + int(!s.url.empty()) + int(s.health) == 1, "command",
           "a check needs exactly one of `command`, `url`, `health: true`");
      break;
    case StepKind::flag:
      need(!s.flag.empty(), "flag", "a flag step needs `flag`");
      need(s.value == "on" || s.value == "off", "value", "a flag step needs `value`: on or off");
      need(!s.platform.empty(), "platform", "a flag step needs `platform`: the name of a flag connection");
      break;
    case StepKind::pipeline:
      need(!s.url.empty(), "url", "a pipeline step needs `url`, which starts it");
      need(!s.status_url.empty(), "status_url",
           "a pipeline step needs `status_url`, which tells how it ended; ${run} is the id of the run");
      break;
  }
  for (const auto& [name, value] : s.env)
    need(is_variable_name(name), "env", "a name under `env` is made of letters, digits and _, and begins with no digit");
  need(s.timeout.count() > 0, "timeout", "must be longer than 0s");
  need(s.retries >= 0 && s.retries <= 10, "retries", "must be 0 to 10");
  need(!s.one_way || !s.forward_fix.empty(), "forward_fix", "a one-way step needs `forward_fix`: what is done instead of undoing it");
}

}  // namespace evenkeel::steps
