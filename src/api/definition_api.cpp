// evenkeel.yaml over the API: the client reads and checks the file, the server checks it again, shows the difference, applies it.
#include "api/endpoints.hpp"
#include "definitions/apply.hpp"
#include "definitions/references.hpp"
#include "planning/freeze_notice.hpp"

namespace evenkeel::api {
namespace {

struct Definitions {
  definitions::Organisation organisation;
  std::string origin = "file";
};
BOOST_DESCRIBE_STRUCT(Definitions, (), (organisation, origin))
struct Differences {
  std::int64_t current = 0;
  std::vector<definitions::Difference> differences;
};
BOOST_DESCRIBE_STRUCT(Differences, (), (current, differences))

/// What was applied, and which planned releases it keeps from their windows.
struct AppliedDefinitions {
  std::string id;
  std::int64_t number = 0;
  bool changed = true;
  std::vector<definitions::Difference> differences;
  std::vector<planning::FrozenRelease> frozen;
};
BOOST_DESCRIBE_STRUCT(AppliedDefinitions, (), (id, number, changed, differences, frozen))

Result<AppliedDefinitions> apply(Work& work, const Definitions& in) {
  const auto before = definitions::current(work.tx);
  auto applied = TRY(definitions::apply(work, in.organisation, in.origin));
  AppliedDefinitions out{applied.id, applied.number, applied.changed, std::move(applied.differences), {}};
  if (!before || !out.changed) return out;
  out.frozen = planning::newly_frozen(work.tx, *before, work.now);
  planning::tell_owners(work, out.frozen, out.id);
  return out;
}

}  // namespace

std::vector<Endpoint> definition_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  list.push_back(
      command<Definitions, AppliedDefinitions>(app, "POST", "/api/v1/definitions", "Apply definitions",
                                               [](Work& work, Call&, const Definitions& in) { return apply(work, in); })
          .taking_bodies_of(std::size_t{8} << 20)
          .tagged("definitions")
          .for_roles({Role::admin, Role::coordinator, Role::risk_manager, Role::engineering_lead, Role::health_monitor, Role::author})
          .in_any_area("each section, and each area in it, asks for its own role"));
  list.push_back(endpoint<Definitions, Differences>("POST", "/api/v1/definitions/diff", "What applying would change",
                                                    [&app](Call&, const Definitions& in) {
                                                      return app.database->read([&](store::Tx& tx) -> Result<Differences> {
                                                        const auto version = definitions::current_version(tx);
                                                        const auto before = version ? definitions::organisation_of(tx, version->id)
                                                                                    : std::make_shared<definitions::Organisation>();
                                                        return Differences{version ? version->number : 0,
                                                                           definitions::diff(*before, in.organisation)};
                                                      });
                                                    })
                     .taking_bodies_of(std::size_t{8} << 20)
                     .tagged("definitions")
                     .for_roles(insiders)
                     .in_any_area("definitions are one file")
                     .changing_nothing());
  list.push_back(query<definitions::Version>(app, "/api/v1/definitions/current", "The definitions in force",
                                             [](Work& work, Call&) -> Result<definitions::Version> {
                                               auto version = TRY(definitions::current_version(work.tx));
                                               version.body = json::write(definitions::without_secret_addresses(
                                                   *definitions::organisation_of(work.tx, version.id)));
                                               return version;
                                             })
                     .tagged("definitions")
                     .for_roles(insiders)
                     .in_any_area("definitions are one file"));
  return list;
}

}  // namespace evenkeel::api
