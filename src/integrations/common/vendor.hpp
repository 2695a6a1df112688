// What a vendor's folder hands to app/integrations.cpp: its kinds of connections, how they are opened, and how their webhooks are read.
//
// A vendor gets its settings with every secret in its place: what cannot be resolved on this machine never reaches it, so nothing is called
// without its key. What it gets back from the outside went through GuardedClient: no secret of the connection is in it.
#pragma once
#include <memory>

#include "base/secret.hpp"
#include "capabilities/connection.hpp"
#include "capabilities/delivery.hpp"
#include "capabilities/integration.hpp"
#include "http/client.hpp"
#include "steps/strike_out.hpp"

namespace evenkeel::integrations {

using capabilities::Ability;
using capabilities::ConnectionDef;
using capabilities::Delivery;
using capabilities::DeliveryEnd;
using capabilities::Integration;
using capabilities::TestAsk;
using capabilities::Tested;

/// What a connection is opened over.
struct Wire {
  std::shared_ptr<http::HttpClient> http;    // guarded
  std::shared_ptr<steps::StrikeOut> strike;  // for what does not come over `http`
  std::string name;                          // of the connection
  Millis longest = std::chrono::minutes{2};  // no exchange takes longer
  bool address_is_secret = false;            // its url held a reference: who knows it may write there
};

struct Vendor {
  capabilities::Kind kind;
  std::function<Result<Integration>(const ConnectionDef&, const Wire&)> open;
  std::function<std::shared_ptr<capabilities::MergeHook>(const ConnectionDef&)> merge_hook = {};
};
using Vendors = std::vector<Vendor>;

/// What a setting is for, in a sentence: `static constexpr Says says[]` of the settings, read by the schema and by the forms of the web.
struct Says {
  std::string_view setting, text;
};

template <class Settings>
void describe(json::Object& properties) {
  for (const auto& [setting, text] : Settings::says) properties.at(setting).as_object()["description"] = boost::json::string(text);
}

template <class Settings>
Settings settings_of(const ConnectionDef& connection) {
  return json::from_value<Settings>(json::Value(connection.settings)).value();
}

/// A kind of connection over its described settings. `check` complains of what does not fit together in them; null: there is nothing.
template <class Settings>
Vendor vendor_of(std::string name, std::vector<Ability> abilities, Result<Integration> (*open)(const Settings&, const Wire&),
                 void (*check)(const Settings&, const std::string& path, std::vector<Complaint>&) = nullptr) {
  Vendor vendor{.kind = {.name = std::move(name), .abilities = std::move(abilities)}};
  vendor.kind.defaults = json::to_value(Settings{}).get_object();
  for (const auto& [key, value] : vendor.kind.defaults) vendor.kind.keys.emplace_back(key);
  vendor.kind.read = [](json::Reader& reader, const std::string& path, const json::Object& entry) {
    json::Reader own{json::Unknown::skip, reader.plain};
    Settings settings;
    json::read(own, path, json::Value(entry), settings);
    for (auto& c : own.complaints) reader.complaints.push_back(std::move(c));
    return json::to_value(settings).get_object();
  };
  vendor.kind.check = [check](const ConnectionDef& c, const std::string& path, std::vector<Complaint>& complaints) {
    if (check) check(settings_of<Settings>(c), path, complaints);
  };
  vendor.kind.schema = [] {
    json::Object components;
    json::schema<Settings>(components);
    json::Object out;
    for (auto& [type, described] : components)
      if (described.as_object().contains("properties")) out = described.as_object();
    describe<Settings>(out["properties"].as_object());
    return out;
  };
  vendor.open = [open](const ConnectionDef& c, const Wire& wire) -> Result<Integration> {
    auto settings = json::from_value<Settings>(json::Value(c.settings));
    if (!settings) return invalid(fmt::format("{}: {}", c.called(), settings.error().message));
    return open(*settings, wire);
  };
  return vendor;
}

/// "https://host/" without the slashes at its end.
inline std::string base_of(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace evenkeel::integrations
