#include "CPhoneNumber.h"
#include <phonenumbers/phonenumberutil.h>
extern "C" int cpn_version(void) { return 1; }
