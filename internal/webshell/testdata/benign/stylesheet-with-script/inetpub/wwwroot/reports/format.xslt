<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:msxsl="urn:schemas-microsoft-com:xslt" xmlns:d="urn:dates">
  <msxsl:script language="C#" implements-prefix="d">
    <msxsl:using namespace="System.Globalization"/>
    <![CDATA[
      public string day(string iso) { return System.DateTime.Parse(iso).ToString("dd.MM.yyyy", new CultureInfo("de-DE")); }
      public string money(double v) { return v.ToString("C", CultureInfo.GetCultureInfo("de-DE")); }
    ]]>
  </msxsl:script>
  <xsl:template match="/"><html><body><xsl:for-each select="//row"><p><xsl:value-of select="d:day(@date)"/> <xsl:value-of select="d:money(@sum)"/></p></xsl:for-each></body></html></xsl:template>
</xsl:stylesheet>
