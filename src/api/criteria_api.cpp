// Health criteria before they are sealed: proposed from history, tried on a stretch of time.
#include "api/endpoints.hpp"
#include "definitions/reads.hpp"
#include "validation/calibrate.hpp"
#include "validation/criteria.hpp"

namespace evenkeel::api {
namespace {

struct ProposeAsk {
  std::optional<std::string> service;
  std::optional<std::int64_t> days;
};
BOOST_DESCRIBE_STRUCT(ProposeAsk, (), (service, days))
struct TestAsk {
  static constexpr std::string_view required[] = {"service", "from"};
  std::string service, version = "", from_version = "";
  SysTime from;
};
BOOST_DESCRIBE_STRUCT(TestAsk, (), (service, version, from_version, from))

/// The service stands in the query, where the door does not look.
Result<void> of_ones_area(app::App& app, const Call& call, const std::string& service) {
  return app.engine->look(TRY(actor_of(app, call)), [&](Work& work) -> Result<void> {
    if (service.empty() || definitions::reads_service(work, service)) return {};
    return forbidden(fmt::format("'{}' is of an area in which you hold no role", service));
  });
}

}  // namespace

std::vector<Endpoint> criteria_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  list.push_back(
      endpoint<ProposeAsk, validation::Proposed>(
          "GET", "/api/v1/criteria/proposal", "Limits from the service's own history, with what they would have done",
          [&app](Call& call, const ProposeAsk& in) -> Result<validation::Proposed> {
            TRY(of_ones_area(app, call, in.service.value_or("")));
            return validation::propose_criteria(*app.engine, *app.connections, {in.service.value_or(""), in.days.value_or(14)});
          })
          .tagged("health")
          .for_roles({Role::health_monitor, Role::engineering_lead, Role::on_call, Role::risk_manager, Role::coordinator, Role::admin})
          .in_any_area("the service stands in the query"));
  list.push_back(
      endpoint<TestAsk, validation::Tried>("GET", "/api/v1/criteria/test", "The service's criteria, judged as if a watch had begun then",
                                           [&app](Call& call, const TestAsk& in) -> Result<validation::Tried> {
                                             TRY(of_ones_area(app, call, in.service));
                                             return validation::test_criteria(*app.engine, *app.connections,
                                                                              {in.service, in.version, in.from_version, in.from});
                                           })
          .tagged("health")
          .for_roles({Role::health_monitor, Role::engineering_lead, Role::on_call, Role::risk_manager, Role::coordinator, Role::admin})
          .in_any_area("the service stands in the query"));
  list.push_back(
      query<validation::CalibrationState>(app, "/api/v1/criteria/{service}/calibration",
                                          "What a watch of this service would judge with: windows, thresholds, age, what is missing",
                                          [](Work& work, Call& call) -> Result<validation::CalibrationState> {
                                            return validation::calibration_state(work.tx, call.param("service"), work.now);
                                          })
          .tagged("health")
          .for_roles(insiders));
  list.push_back(endpoint<Nothing, health::StoredCalibration>(
                     "POST", "/api/v1/criteria/{service}/calibration", "Learn from the service's past windows now",
                     [&app](Call& call) -> Result<health::StoredCalibration> {
                       const auto actor = TRY(actor_of(app, call));
                       return validation::calibrate_now(*app.engine, *app.connections, actor, {call.param("service")});
                     })
                     .tagged("health")
                     .for_roles({Role::health_monitor, Role::coordinator, Role::engineering_lead, Role::on_call}));
  return list;
}

}  // namespace evenkeel::api
