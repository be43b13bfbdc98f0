#ifdef __cplusplus
extern "C" {
#endif
int cpn_version(void);
#ifdef __cplusplus
}
#endif
