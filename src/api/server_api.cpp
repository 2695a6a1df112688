// What a load balancer asks.
#include "api/endpoints.hpp"
#include "app/version.hpp"

namespace evenkeel::api {
namespace {

struct Health {
  std::string status = "ok";
  int schema = 0;
};
BOOST_DESCRIBE_STRUCT(Health, (), (status, schema))

}  // namespace

std::vector<Endpoint> server_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  list.push_back(endpoint<Nothing, http::Response>("GET", "/healthz",
                                                   "Whether this server can serve: 200, or 503 while its database is away",
                                                   [&app](Call&) -> Result<http::Response> {
                                                     app.database->read([](store::Tx& tx) { return tx.integer("SELECT 1"); });
                                                     return http::Response::json(json::write(Health{.schema = store::schema_version()}));
                                                   })
                     .tagged("server")
                     .answering<Health>()
                     .for_anyone());
  return list;
}

}  // namespace evenkeel::api
