// An HttpClient that answers as told and keeps what it was asked.
#pragma once
#include "app/integrations.hpp"
#include "http/client.hpp"

namespace evenkeel::testing_http {

struct CannedClient final : http::HttpClient {
  std::function<http::ClientResponse(const http::ClientRequest&)> answer = [](const auto&) { return http::ClientResponse{200}; };
  std::vector<http::ClientRequest> asked;
  Result<http::ClientResponse> send(const http::ClientRequest& request, std::stop_token) override {
    asked.push_back(request);
    return answer(request);
  }
  void says(int status, std::string body) {
    answer = [status, body = std::move(body)](const auto&) { return http::ClientResponse{status, {}, body}; };
  }
  /// A connection of this kind over it.
  capabilities::Integration open(const std::string& kind, json::Object settings) {
    return app::OpenConnections{*this}.open({.name = "there", .kind = kind, .settings = std::move(settings)}).value();
  }
};

}  // namespace evenkeel::testing_http
