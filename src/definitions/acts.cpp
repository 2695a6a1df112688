#include "definitions/acts.hpp"

#include "catalogue/act.hpp"
#include "definitions/references.hpp"

namespace evenkeel::definitions {
namespace {

using catalogue::act;
using catalogue::Nothing;

Result<Differences> compare(Work& work, const Definitions& in) {
  const auto version = current_version(work.tx);
  const auto before = version ? organisation_of(work.tx, version->id) : std::make_shared<Organisation>();
  return Differences{version ? version->number : 0, diff(*before, in.organisation)};
}

Result<Version> in_force(Work& work, const Nothing&) {
  auto version = TRY(current_version(work.tx));
  version.body = json::write(without_secret_addresses(*organisation_of(work.tx, version.id)));
  return version;
}

}  // namespace

std::vector<catalogue::Act> acts() {
  const std::string path = "/api/v1/definitions", tag = "definitions", one_file = "definitions are one file";
  return {
      act("definitions.diff", "What applying would change", compare)
          .reads()
          .for_roles(catalogue::insiders)
          .in_any_area(one_file)
          .http("POST", path + "/diff", tag)
          .taking_bodies_of(std::size_t{8} << 20),
      act("definitions.current", "The definitions in force", in_force)
          .reads()
          .for_roles(catalogue::insiders)
          .in_any_area(one_file)
          .http("GET", path + "/current", tag),
  };
}

}  // namespace evenkeel::definitions
