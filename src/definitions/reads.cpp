#include "definitions/reads.hpp"

#include "catalogue/access.hpp"

namespace evenkeel::definitions {

bool reads_service(const Work& work, const std::string& service) {
  const auto o = current(work.tx);
  const auto* s = o ? find_service(**o, service) : nullptr;
  return !s || catalogue::reads_area(work.actor, s->area);
}

}  // namespace evenkeel::definitions
