// The vendors, and what they make of connections: only app/ includes integrations/.
#pragma once
#include "capabilities/integration.hpp"
#include "capabilities/pipeline.hpp"
#include "http/client.hpp"

namespace evenkeel::app {

/// Opens connections over this client, with what their vendors made of them.
class OpenConnections final : public capabilities::Connections {
 public:
  /// `longest`: no exchange takes longer, whatever its vendor allows.
  explicit OpenConnections(http::HttpClient& http, Millis longest = std::chrono::minutes{2}) : http_(http), longest_(longest) {}
  Result<capabilities::Integration> open(const capabilities::ConnectionDef& connection) const override;
  std::shared_ptr<capabilities::MergeHook> merge_hook(const capabilities::ConnectionDef& connection) const override;

 private:
  http::HttpClient& http_;
  Millis longest_;
};

/// For steps and checklists, whose addresses are their own.
std::unique_ptr<capabilities::HttpCaller> http_caller(http::HttpClient& http);
std::unique_ptr<capabilities::Pipeline> pipeline(capabilities::HttpCaller& http);

}  // namespace evenkeel::app
