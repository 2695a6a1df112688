// Paths, queries and patterns: the router's answer to any target, and what matched must decode back to what was asked for.
#include <cstdlib>

#include "api/router.hpp"

using namespace evenkeel;

namespace {
struct Filter {
  std::optional<int> limit;
  std::vector<std::string> area;
  bool open = false;
};
BOOST_DESCRIBE_STRUCT(Filter, (), (limit, area, open))

const api::Router& router() {
  static const api::Router it{
      [] {
        std::vector<api::Endpoint> all;
        all.push_back(api::endpoint<Filter, api::Nothing>(
            "GET", "/r", "", [](api::Call&, const Filter&) -> Result<api::Nothing> { return api::Nothing{}; }));
        all.push_back(api::endpoint<api::Nothing, api::Nothing>("GET", "/r/{id}/x/{part}", "", [](api::Call& call) -> Result<api::Nothing> {
          if (call.param("id").empty() || call.param("part").empty()) std::abort();
          return api::Nothing{};
        }));
        all.push_back(api::endpoint<api::Nothing, api::Nothing>("GET", "/r/{id}", "", [](api::Call& call) -> Result<api::Nothing> {
          if ("/r/" + http::percent_encode(call.param("id")) !=
              "/r/" + http::percent_encode(*http::percent_decode(call.request.path.substr(3))))
            std::abort();
          return api::Nothing{};
        }));
        return all;
      }(),
      {}};
  return it;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string target{reinterpret_cast<const char*>(data), size};
  const auto request = http::make_request("GET", target);
  const auto answer = router().dispatch(request);
  if (answer.status == 500) std::abort();
  if ((answer.status == 404) == router().knows(request)) std::abort();
  api::PathPattern{target}.match(request.path);
  return 0;
}
