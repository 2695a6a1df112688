#include "app/integrations.hpp"

#include <fmt/format.h>

#include "integrations/common/open.hpp"
#include "integrations/pipeline/pipeline.hpp"

/// The vendors, one line each: a folder of integrations/ that makes kinds of connections, in the order in which messages name them.
// clang-format off
#define EVENKEEL_VENDORS(vendor) \
  vendor(prometheus)             \
  vendor(smtp)                   \
  vendor(pager)                  \
  vendor(chat)                   \
  vendor(flags)                  \
  vendor(github)                 \
  vendor(gitlab)                 \
  vendor(language_model)         \
  vendor(events)                 \
  vendor(alertmanager)           \
  vendor(samples)                \
  vendor(witness)
// clang-format on

namespace evenkeel::integrations {
#define EVENKEEL_DECLARE(name) Vendors name##_vendors();
EVENKEEL_VENDORS(EVENKEEL_DECLARE)
#undef EVENKEEL_DECLARE
}  // namespace evenkeel::integrations

namespace evenkeel::app {
namespace {

const integrations::Vendors& vendors() {
  static const integrations::Vendors all = [] {
    integrations::Vendors out;
#define EVENKEEL_TAKE(name) \
  for (auto& vendor : integrations::name##_vendors()) out.push_back(std::move(vendor));
    EVENKEEL_VENDORS(EVENKEEL_TAKE)
#undef EVENKEEL_TAKE
    return out;
  }();
  return all;
}

const integrations::Vendor* find_vendor(const std::string& kind) {
  const auto found = std::find_if(vendors().begin(), vendors().end(), [&](const auto& v) { return v.kind.name == kind; });
  return found == vendors().end() ? nullptr : &*found;
}

}  // namespace

Result<capabilities::Integration> OpenConnections::open(const capabilities::ConnectionDef& c) const {
  const auto* vendor = find_vendor(c.kind);
  if (!vendor) return invalid(fmt::format("{} is of kind '{}', which this server does not know", c.called(), c.kind));
  return integrations::open_connection(*vendor, c, http_, longest_);
}

std::shared_ptr<capabilities::MergeHook> OpenConnections::merge_hook(const capabilities::ConnectionDef& c) const {
  const auto* vendor = find_vendor(c.kind);
  return vendor && vendor->merge_hook ? vendor->merge_hook(c) : nullptr;
}

std::unique_ptr<capabilities::HttpCaller> http_caller(http::HttpClient& http) { return integrations::http_caller(http); }
std::unique_ptr<capabilities::Pipeline> pipeline(capabilities::HttpCaller& http) { return integrations::generic_pipeline(http); }

}  // namespace evenkeel::app

namespace evenkeel::capabilities {

/// Here, because the definitions are checked against the kinds and may not know who makes them.
std::span<const Kind> connection_kinds() {
  static const std::vector<Kind> all = [] {
    std::vector<Kind> out;
    for (const auto& vendor : app::vendors()) out.push_back(vendor.kind);
    return out;
  }();
  return all;
}

}  // namespace evenkeel::capabilities
