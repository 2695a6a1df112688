// A connection: a system the organisation already has, as evenkeel.yaml names it. What stands in an entry beside `name` and `kind` is the
// vendor's own: its folder in integrations/ describes the settings, checks them and reads them, and nobody else does.
//
// What is known of a kind before anything is opened (its name, what it is able to do, its settings) is here, so that the definitions can be
// checked without knowing any vendor. The list of kinds is app/integrations.cpp.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace evenkeel::capabilities {

struct ConnectionDef {
  std::string name;
  std::string kind;
  json::Object settings = {};     // every setting of the kind, in the order of its description; what was left out with its default
  std::string is = "connection";  // how messages call it; a channel that has its own address is opened as a connection of its name

  /// A setting that is a text; empty when the kind has none of this name.
  std::string text(std::string_view setting) const;
  /// "connection news".
  std::string called() const { return is + " " + name; }
};

/// What a kind of connection is able to do. `histograms`: a metric source that brings distributions, not single values alone.
enum class Ability {
  metric_source,
  histograms,
  alert_source,
  pager,
  chat,
  mail,
  flag_switch,
  tracker,
  change_host,
  merge_hook,
  text_model,
  event_receiver,
  witness
};
BOOST_DESCRIBE_ENUM(Ability, metric_source, histograms, alert_source, pager, chat, mail, flag_switch, tracker, change_host, merge_hook,
                    text_model, event_receiver, witness)

struct Kind {
  std::string name;
  std::vector<Ability> abilities;
  std::vector<std::string> keys;  // its settings
  json::Object defaults;          // of its settings
  /// The settings of an entry, complete and in order; complaints at their paths. Keys that it does not know are no business of this.
  std::function<json::Object(json::Reader&, const std::string& path, const json::Object& entry)> read;
  /// What does not fit together in settings that could be read.
  std::function<void(const ConnectionDef&, const std::string& path, std::vector<Complaint>&)> check;
  /// JSON Schema of the settings: {"type": "object", "properties": ..., "required": ...}.
  std::function<json::Object()> schema;

  bool is_able_to(Ability what) const;
};

/// Every kind there is, in the order in which messages name them. Written in app/integrations.cpp, one line a vendor.
std::span<const Kind> connection_kinds();
/// Null when there is none of this name.
const Kind* find_kind(std::string_view name);
bool is_able_to(const ConnectionDef& connection, Ability what);
/// "prometheus, json or table": the kinds that are able to do it.
std::string kinds_able_to(Ability what);

/// How an entry is read, written and described by base/json: `name`, `kind`, and the settings beside them.
void read(json::Reader& reader, const std::string& path, const json::Value& in, ConnectionDef& out);
json::Value to_value(const ConnectionDef& connection);
json::Object schema_of_connections();

}  // namespace evenkeel::capabilities

template <>
inline evenkeel::json::Value evenkeel::json::schema<evenkeel::capabilities::ConnectionDef>(Object& components) {
  components["ConnectionDef"] = capabilities::schema_of_connections();
  return Object{{"$ref", "#/components/schemas/ConnectionDef"}};
}
